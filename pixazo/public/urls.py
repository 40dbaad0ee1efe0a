from django.urls import path

from pixazo.public import legal, machines

urlpatterns = [
    path("legal/<slug:name>/", legal.document, name="legal"),
    path("robots.txt", machines.robots, name="robots"),
    path("favicon.ico", machines.favicon, name="favicon"),
    path("sitemap.xml", machines.sitemap, name="sitemap"),
    path("site.webmanifest", machines.manifest, name="manifest"),
]
