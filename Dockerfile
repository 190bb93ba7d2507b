# docker build -t quiver:0.1.0 .
# docker run --read-only --tmpfs /tmp -v quiver-data:/data -p 127.0.0.1:8080:8080 -p 127.0.0.1:9090:9090 quiver:0.1.0
FROM maven:3-eclipse-temurin-25 AS build
WORKDIR /opt/quiver
COPY pom.xml quiver ./
COPY tools tools
COPY src src
# Builds the jar and the archive that makes starts quick; both fit only this JDK.
RUN ./quiver version

# The same JDK, or the archive would not fit.
FROM eclipse-temurin:25-jdk
RUN groupadd --gid 10001 quiver \
  && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin quiver \
  && install -d -o quiver -g quiver /data
WORKDIR /opt/quiver
COPY --from=build /opt/quiver/quiver ./
COPY --from=build /opt/quiver/tools/find-java tools/
COPY --from=build /opt/quiver/target/quiver.jar /opt/quiver/target/quiver.jsa target/
USER 10001:10001
VOLUME /data
EXPOSE 8080 9090 9091
# Beyond loopback nobody is authenticated: publish the ports only where the network is guarded.
ENV QUIVER_NO_BUILD=1
ENTRYPOINT ["/opt/quiver/quiver"]
CMD ["serve", "--host=0.0.0.0", "--insecure", "--data-dir=/data", "--log-format=json"]
