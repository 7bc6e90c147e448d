# Packages are put together in a stage of their own, so that neither the installer nor its cache is in the image.
FROM python:3.13-slim AS packages
WORKDIR /build
COPY requirements/uv.txt requirements/server.txt ./
RUN python -m venv /opt/dragoman \
    && pip install --no-cache-dir --require-hashes -r uv.txt \
    && uv pip install --python /opt/dragoman/bin/python --no-cache --compile-bytecode --require-hashes -r server.txt

FROM python:3.13-slim
# The voice of calls in languages that the provider does not speak.
RUN apt-get update && apt-get install --no-install-recommends -y espeak-ng && rm -rf /var/lib/apt/lists/*
# The number is fixed, because volumes and Kubernetes name users by number.
RUN useradd --uid 10001 --no-create-home --home-dir /app --shell /usr/sbin/nologin dragoman \
    && install -d -o dragoman -g dragoman /app /app/var
WORKDIR /app
COPY --from=packages /opt/dragoman /opt/dragoman
COPY LICENSE pyproject.toml main.py ./
COPY bot bot
COPY handlers handlers
COPY dialogs dialogs
COPY integrations integrations
COPY locales locales
COPY businesses businesses
ENV PATH=/opt/dragoman/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DRAGOMAN_HTTP_HOST=0.0.0.0 \
    DRAGOMAN_HTTP_PORT=8080
RUN python -m compileall -q main.py bot handlers dialogs integrations
USER 10001
VOLUME /app/var
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as call; call.urlopen(f'http://127.0.0.1:{os.environ[\"DRAGOMAN_HTTP_PORT\"]}/health', timeout=2)"]
# The program itself is process 1 and takes SIGTERM: it ends what it has begun, then stops.
CMD ["python", "main.py", "run"]
