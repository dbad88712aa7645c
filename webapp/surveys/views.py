"""Pages on which residents answer surveys."""

from flask import Blueprint

from webapp.surveys import models

blueprint = Blueprint("surveys", __name__)

__all__ = ["blueprint", "models"]
