# pika2redis, from the archive that `mvn package` leaves in target.
# A Linux with glibc and its C++ library, which RocksDB needs.
FROM eclipse-temurin:17-jre
ARG VERSION=1.0.0-SNAPSHOT
ADD target/kafka-connect-pika-tool-${VERSION}.tar.gz /opt/
# rsync receives the dumps of masters before 3.5.
RUN apt-get update \
 && apt-get install -y --no-install-recommends rsync \
 && rm -rf /var/lib/apt/lists/* \
 && ln -s /opt/kafka-connect-pika-tool-${VERSION}/bin/pika2redis /usr/local/bin/pika2redis \
 && useradd --system --create-home --home-dir /var/lib/pika2redis pika2redis
USER pika2redis
# Kafka's data, the dump, passwords: what a migration continues with.
VOLUME /var/lib/pika2redis
ENTRYPOINT ["pika2redis"]
CMD ["--help"]
