from generation.models.batch import Batch
from generation.models.image import Image
from generation.models.image_model import ImageModel
from generation.models.job import Job
from generation.models.preview import Preview
from generation.models.transition import Transition
from generation.models.worker import Worker

__all__ = ["Batch", "Image", "ImageModel", "Job", "Preview", "Transition", "Worker"]
