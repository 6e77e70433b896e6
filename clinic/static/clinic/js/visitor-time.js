// Beside each time of a visit by video writes what the visitor's own clock shows then, where that is another time.
const place = document.querySelector("[data-visitor-time]");
const own = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
// Browsers know some cities by names that these have given up.
const renamed = {
  Calcutta: "Kolkata", Godthab: "Nuuk", Katmandu: "Kathmandu", Kiev: "Kyiv", Rangoon: "Yangon", Saigon: "Ho Chi Minh",
};
const named = own.split("/").pop().replaceAll("_", " ");
const city = renamed[named] ?? named;

function clock(zone) {
  const parts = { hourCycle: "h23", weekday: "short", hour: "numeric", minute: "2-digit", day: "numeric" };
  const format = new Intl.DateTimeFormat(document.documentElement.lang, { ...parts, timeZone: zone });
  return (instant) => Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]));
}

function spoken({ hour, minute }) {
  const words = place.dataset[Number(hour) < 12 ? "am" : "pm"];
  return `${Number(hour) % 12 || 12}${minute === "00" ? "" : `:${minute}`} ${words}`;
}

if (place && own.includes("/") && !own.startsWith("Etc/")) {
  const [here, there] = [clock(place.dataset.visitorTime), clock(own)];
  for (const time of place.querySelectorAll("time")) {
    const instant = new Date(time.dateTime);
    const [ours, theirs] = [here(instant), there(instant)];
    if (ours.hour === theirs.hour && ours.minute === theirs.minute && ours.day === theirs.day) continue;
    const label = document.createElement("span");
    const pattern = ours.day === theirs.day ? place.dataset.words : place.dataset.wordsOfOtherDay;
    label.className = "time-with";
    label.textContent = pattern
      .replace("%(day)s", theirs.weekday)
      .replace("%(time)s", spoken(theirs))
      .replace("%(city)s", city);
    time.closest("a").append(label);
  }
}
