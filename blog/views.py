"""Addresses of articles that are not pages."""

from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from blog.found import card_of_article
from blog.models import ArticlePage
from clinic.cards import card_response
from clinic.models import ClinicDetails


@require_safe
def article_card(request, pk):
    """The card beside links to an article; 404 for what not everybody may read."""
    article = get_object_or_404(ArticlePage.objects.readable(), pk=pk)
    return card_response(request, card_of_article(article, ClinicDetails.load(request)))
