# What is done often. The build itself is Maven's: `mvn verify`.
.PHONY: check format conformance image lab

check:            ## everything that `mvn verify` checks
	mvn verify

format:           ## write all Java sources as palantir-java-format wants them
	mvn -q -pl proxy-server test -Dtest=FormatTest -Dformat.write=true

conformance:      ## write docs/conformance.md: which tests prove which rule
	mvn -q -pl proxy-server,proxy-control -am test -Dtest=ConformanceTest -Dsurefire.failIfNoSpecifiedTests=false \
	    -Dconformance.write=true

image:            ## build the image and try it in docker-compose.yml: on the Docker engine, or as root on one of its own
	docker/test

lab:              ## all tests, those against a real API server included (root)
	.ci/run
