from generation.models.batch import Batch
from generation.models.cell import Cell
from generation.models.clearance import Clearance
from generation.models.experiment import Experiment
from generation.models.figures import DayUsage, HourFigures
from generation.models.image import Image
from generation.models.image_model import ImageModel
from generation.models.image_tag import ImageTag
from generation.models.image_words import ImageWords
from generation.models.input import Input
from generation.models.job import Job
from generation.models.lora import Lora
from generation.models.model_alias import ModelAlias
from generation.models.opinion import Complaint, Like
from generation.models.own_key import OwnKey
from generation.models.picture_comment import PictureComment
from generation.models.preview import Preview
from generation.models.publication import Publication
from generation.models.remix import Remix
from generation.models.safety import ForbiddenWord, Reason, SafetyCase
from generation.models.service import Service
from generation.models.share_link import ShareLink
from generation.models.smart_view import SmartView
from generation.models.states import State
from generation.models.transition import Transition
from generation.models.turn import Pause, Turn
from generation.models.upload import Upload
from generation.models.vote import Vote
from generation.models.worker import Worker

__all__ = [
    "Batch",
    "Cell",
    "Clearance",
    "Complaint",
    "DayUsage",
    "Experiment",
    "ForbiddenWord",
    "HourFigures",
    "Image",
    "ImageModel",
    "ImageTag",
    "ImageWords",
    "Input",
    "Job",
    "Like",
    "Lora",
    "ModelAlias",
    "OwnKey",
    "Pause",
    "PictureComment",
    "Preview",
    "Publication",
    "Reason",
    "Remix",
    "SafetyCase",
    "Service",
    "ShareLink",
    "SmartView",
    "State",
    "Transition",
    "Turn",
    "Upload",
    "Vote",
    "Worker",
]
