# syntax=docker/dockerfile:1
# Pixazo's images: `web` (also chores, beat and Telegram; no torch), `worker` (draws), `nginx` (in front).
# compose.yaml builds and starts them; `python -m tools.images` goes through these steps without Docker.

# --- What pages are made of that comes from npm ----------------------------------------------------
FROM node:22-bookworm-slim AS front-end
WORKDIR /site
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --omit=dev --no-audit --no-fund

# --- Python and what the web process needs -----------------------------------------------------------
FROM python:3.12-slim-bookworm AS packages
ENV VIRTUAL_ENV=/opt/pixazo \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1
ENV PATH=$VIRTUAL_ENV/bin:$PATH
WORKDIR /site
RUN python -m venv $VIRTUAL_ENV
COPY requirements/ requirements/
RUN pip install -r requirements/web.txt -r requirements/s3.txt -r requirements/sentry.txt

# --- And what draws: large, so apart -----------------------------------------------------------------
FROM packages AS drawing-packages
# Where torch comes from: https://download.pytorch.org/whl/cpu has it without gigabytes of CUDA.
ARG TORCH_INDEX=
RUN pip install ${TORCH_INDEX:+--extra-index-url $TORCH_INDEX} -r requirements/models.txt

# --- The site, with its static files under names that change with their content ----------------------
FROM packages AS site
COPY . .
COPY --from=front-end /site/node_modules node_modules
RUN PIXAZO_DATA=build-data PIXAZO_LOG_FILE=- PIXAZO_COLLECTED=1 python manage.py collectstatic --noinput --verbosity 0 \
 && python -m whitenoise.compress --quiet staticfiles \
 && python -m compileall -q accounts billing chat generation pixazo workspaces \
 && rm -rf node_modules build-data .bundles

# --- Web, events, chores, beat -------------------------------------------------------------------------
FROM python:3.12-slim-bookworm AS web
ENV VIRTUAL_ENV=/opt/pixazo \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIXAZO_HOST=0.0.0.0 \
    PORT=8000 \
    PIXAZO_DATA=/var/lib/pixazo/data \
    PIXAZO_MEDIA=/var/lib/pixazo/media \
    PIXAZO_MODELS=/var/lib/pixazo/models \
    PIXAZO_LOG_FILE=- \
    PIXAZO_COLLECTED=1
ENV PATH=$VIRTUAL_ENV/bin:$PATH
# Volumes begin with the owner of these folders. nginx reads the pictures, so theirs is open to others.
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /var/lib/pixazo --shell /usr/sbin/nologin pixazo \
 && install -d -m 0755 -o 10001 -g 10001 /var/lib/pixazo /var/lib/pixazo/media /var/log/pixazo \
 && install -d -m 0700 -o 10001 -g 10001 /var/lib/pixazo/data /var/lib/pixazo/models
WORKDIR /site
COPY --from=packages /opt/pixazo /opt/pixazo
COPY --from=site /site /site
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["python", "manage.py", "serve", "web"]

# --- What draws ------------------------------------------------------------------------------------------
FROM web AS worker
COPY --from=drawing-packages /opt/pixazo /opt/pixazo
HEALTHCHECK --interval=30s --timeout=20s --start-period=120s --retries=3 \
    CMD ["python", "manage.py", "worker_check", "--lane", "gpu"]
CMD ["python", "manage.py", "gpu_workers"]

# --- What stands in front -----------------------------------------------------------------------------------
FROM nginx:1.28-alpine AS nginx
# hadolint ignore=DL3018
RUN apk add --no-cache openssl
COPY deploy/nginx/nginx.conf /etc/nginx/nginx.conf
COPY deploy/nginx/pixazo.conf.template /etc/nginx/templates/pixazo.conf.template
COPY --chmod=0755 deploy/nginx/choose-certificate.sh /docker-entrypoint.d/30-choose-certificate.sh
COPY --chmod=0755 deploy/nginx/reload-daily.sh /docker-entrypoint.d/40-reload-daily.sh
COPY --from=site /site/staticfiles /srv/static
ENV PIXAZO_HTTP=80 \
    PIXAZO_TLS=443 \
    PIXAZO_TLS_SUFFIX= \
    PIXAZO_WEB=web:8000 \
    PIXAZO_EVENTS=events:8000 \
    PIXAZO_STATIC=/srv/static \
    PIXAZO_MEDIA=/srv/media \
    PIXAZO_ACME=/srv/acme \
    PIXAZO_CERTIFICATE=/etc/nginx/certificate \
    PIXAZO_ACCESS_LOG=/var/log/nginx/access.log \
    PIXAZO_HEALTH=127.0.0.1:8081 \
    PIXAZO_HSTS= \
    NGINX_ENVSUBST_FILTER=^PIXAZO_
EXPOSE 80 443
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --retries=3 \
    CMD ["wget", "-q", "--spider", "http://127.0.0.1:8081/"]
