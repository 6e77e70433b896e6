"""QR codes for templates."""

from django import template

from clinic.qr import qr_code

register = template.Library()
register.filter("qr_code", qr_code)
