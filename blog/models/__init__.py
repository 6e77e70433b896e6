"""Articles, what they are about, who approves them, and where imported ones came from."""

from blog.review import ClinicalReviewTask

from .articles import SHOWN_DATE, TAKEN_BY_THE_BLOG, ArticlePage, ArticleQuerySet, BlogIndexPage, Topic
from .imports import UPLOADS_KEPT, ArticleUpload, ImportedArticle

__all__ = [
    "SHOWN_DATE",
    "TAKEN_BY_THE_BLOG",
    "UPLOADS_KEPT",
    "ArticlePage",
    "ArticleQuerySet",
    "ArticleUpload",
    "BlogIndexPage",
    "ClinicalReviewTask",
    "ImportedArticle",
    "Topic",
]
