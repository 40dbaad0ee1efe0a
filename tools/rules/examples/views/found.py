from django.shortcuts import get_object_or_404


def picture(request, pk):
    # ruleid: found-without-owner
    return get_object_or_404(Image, pk=pk)


def sound(request, pk):
    return get_object_or_404(request.workspace.images, pk=pk)
