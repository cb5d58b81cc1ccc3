# What is done often. The build itself is Maven's: `mvn verify`.
.PHONY: check format lab

check:            ## everything that `mvn verify` checks
	mvn verify

format:           ## write all Java sources as palantir-java-format wants them
	mvn -q -pl proxy-server test -Dtest=FormatTest -Dformat.write=true

lab:              ## all tests, those against a real API server included (root)
	.ci/run
