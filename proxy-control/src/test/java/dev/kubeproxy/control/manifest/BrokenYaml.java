package dev.kubeproxy.control.manifest;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Texts that are no Kubernetes objects, and what is said of each; {@code FILE} stands for the file's path. */
final class BrokenYaml {

    static final String SERVICE = """
        apiVersion: v1
        kind: Service
        metadata:
          name: web
        spec:
          ports:
          - port: 80
        """;
    static final String SLICE = """
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata:
          name: web-1
          labels:
            kubernetes.io/service-name: web
        addressType: IPv4
        ports:
        - port: 8080
          name: ''
        endpoints:
        - addresses: [10.244.0.1]
        """;

    private BrokenYaml() {}

    static Stream<Arguments> rows() {
        return Stream.of(syntax(), encoding(), shapes(), types()).flatMap(rows -> rows);
    }

    private static Stream<Arguments> syntax() {
        return Stream.of(
                row(
                        "a tab as indentation",
                        SERVICE.replace("  name: web", "\tname: web"),
                        "FILE:4:1: is not YAML: found character '\\t(TAB)' that cannot start any token; indent with"
                                + " spaces, not with tabs"),
                row(
                        "an open double quote",
                        SERVICE.replace("name: web", "name: \"web"),
                        "FILE:8:1: is not YAML: found unexpected end of stream while scanning a quoted scalar, which"
                                + " begins in line 4; close the quote"),
                row(
                        "an open single quote",
                        SERVICE.replace("name: web", "name: 'web"),
                        "FILE:8:1: is not YAML: found unexpected end of stream while scanning a quoted scalar, which"
                                + " begins in line 4; close the quote"),
                row(
                        "a field given twice",
                        SERVICE.replace("  - port: 80", "  - port: 80\n    port: 81"),
                        "FILE:8:5: the field \"port\" is given twice, first in line 7; remove one"),
                row(
                        "two sections of a name",
                        SERVICE + "spec: {}\n",
                        "FILE:8:1: the field \"spec\" is given twice, first in line 5; remove one"),
                row(
                        "a field too far left",
                        SERVICE.replace("  ports:", " x: 1\n  ports:"),
                        "FILE:7:8: is not YAML: mapping values are not allowed here; check the indentation, and quote"
                                + " a value that has a colon in it"),
                row(
                        "a list out of line",
                        SERVICE.replace("  - port: 80", "  - port: 80\n - port: 81"),
                        "FILE:8:2: is not YAML: expected <block end>, but found '<block sequence start>' while parsing"
                                + " a block mapping, which begins in line 1; check the indentation, and that each field"
                                + " has its colon"),
                row(
                        "two colons",
                        SERVICE.replace("name: web", "name: web: shop"),
                        "FILE:4:12: is not YAML: mapping values are not allowed here; check the indentation, and quote"
                                + " a value that has a colon in it"),
                row(
                        "no colon",
                        SERVICE.replace("name: web", "name web\n  other: x"),
                        "FILE:5:8: is not YAML: mapping values are not allowed here; check the indentation, and quote"
                                + " a value that has a colon in it"),
                row(
                        "an open bracket",
                        SERVICE.replace("name: web", "labels: {a: b"),
                        "FILE:5:5: is not YAML: expected ',' or '}', but got : while parsing a flow mapping, which"
                                + " begins in line 4; close the bracket"),
                row(
                        "an open list",
                        SERVICE + "  externalIPs: [192.0.2.1\n",
                        "FILE:9:1: is not YAML: expected ',' or ']', but got <stream end> while parsing a flow"
                                + " sequence, which begins in line 8; close the bracket"),
                row(
                        "an alias of nothing",
                        SERVICE.replace("name: web", "name: *web"),
                        "FILE:4:9: is not YAML: found undefined alias web; an anchor (&name) is seen only in its own"
                                + " document"),
                row(
                        "an unknown escape",
                        SERVICE.replace("name: web", "name: \"we\\qb\""),
                        "FILE:4:13: is not YAML: found unknown escape character q(113) while scanning a double-quoted"
                                + " scalar, which begins in line 4; check the line"),
                row(
                        "a reserved character",
                        SERVICE.replace("name: web", "name: @web"),
                        "FILE:4:9: is not YAML: found character '@' that cannot start any token; check the line"),
                row(
                        "a tag of a program",
                        SERVICE.replace("name: web", "name: !!java.net.URL web"),
                        "FILE:4:9: the tag tag:yaml.org,2002:java.net.URL is not known here; leave it out"),
                row(
                        "a template",
                        SERVICE.replace("name: web", "name: {{ .Values.name }}"),
                        "FILE:4:10: a map or a list cannot be the name of a field; a template is to be filled in"
                                + " first"),
                row(
                        "a map as the name of a field",
                        SERVICE + "? {a: b}\n: c\n",
                        "FILE:8:3: a map or a list cannot be the name of a field; a template is to be filled in first"),
                row(
                        "JSON that ends early",
                        "{\n\t\"apiVersion\": \"v1\",\n\t\"kind\": \"Service\",\n",
                        "FILE:4:1: is not YAML: expected the node content, but found '<stream end>' while parsing a"
                                + " flow node, which begins in line 4; check the line"),
                row(
                        "a broken second document",
                        "# first\n---\n" + healthy("other") + "---\n" + SERVICE + " x: 1\n",
                        "FILE:18:2: is not YAML: expected <block end>, but found '<block mapping start>' while parsing"
                                + " a block mapping, which begins in line 2; check the indentation, and that each field"
                                + " has its colon"));
    }

    private static Stream<Arguments> encoding() {
        return Stream.of(
                row(
                        "a byte that is no UTF-8",
                        bytes(SERVICE + "# caf\u00e9\n"),
                        "FILE:8:6: the byte 0xE9 is not UTF-8; save the file as UTF-8"),
                row(
                        "a zip archive",
                        new byte[] {'P', 'K', 3, 4, 0, 0, 8, 0},
                        "FILE:1:3: the character U+0003 is not text; is this a manifest?"),
                row("zero bytes", new byte[4096], "FILE:1:1: the character U+0000 is not text; is this a manifest?"),
                row(
                        "a control character",
                        SERVICE.replace("web", "w\u0007eb"),
                        "FILE:4:10: the character U+0007 is not text; is this a manifest?"),
                row("a text of 33 MiB", "#".repeat(33 << 20), "FILE: has 33 MiB; no more than 32 are read, split it"),
                row("aliases of aliases", bomb(), "FILE:1:34: aliases make the document larger than 2000000 values"),
                row("an alias of itself", SERVICE + "x: &x [*x]\n", "FILE:8:4: nests deeper than 100 levels"),
                row("lists in lists", "[".repeat(200_000), "FILE:1: nests too deeply to be read"));
    }

    private static Stream<Arguments> shapes() {
        return Stream.of(
                row(
                        "prose",
                        "To be done.\n",
                        "FILE:1:1: is not a Kubernetes object; one has apiVersion, kind and metadata"),
                row(
                        "a list",
                        "- kind: Service\n",
                        "FILE:1:1: is not a Kubernetes object; one has apiVersion, kind and metadata"),
                row(
                        "no kind",
                        SERVICE.replace("kind: Service\n", ""),
                        "FILE:1:1: kind: is missing; write what the object is, such as Service"),
                row(
                        "a kind that is a list",
                        SERVICE.replace("kind: Service", "kind: [Service]"),
                        "FILE:2:7: kind: is not text; write the kind of the object"),
                row(
                        "no apiVersion",
                        SERVICE.replace("apiVersion: v1\n", ""),
                        "FILE:1:1: apiVersion: is missing; that of kind Service is v1"),
                row(
                        "an unknown apiVersion",
                        SERVICE.replace("apiVersion: v1", "apiVersion: v2"),
                        "FILE:1:13: apiVersion: \"v2\" is not known for kind Service; write v1"),
                row(
                        "a slice of another group",
                        SLICE.replace("discovery.k8s.io/v1", "v1"),
                        "FILE:1:13: apiVersion: \"v1\" is not known for kind EndpointSlice; write discovery.k8s.io/v1"),
                row(
                        "no metadata",
                        SERVICE.replace("metadata:\n  name: web\n", ""),
                        "FILE:1:1: metadata.name: is missing; give the Service a name"),
                row(
                        "no name",
                        SERVICE.replace("  name: web", "  namespace: shop"),
                        "FILE:4:3: metadata.name: is missing; give the Service a name"),
                row(
                        "a List without items",
                        "apiVersion: v1\nkind: List\n",
                        "FILE:1:1: items: is missing or no list; write the objects below it"),
                row(
                        "a List with a bad item",
                        "apiVersion: v1\nkind: List\nitems:\n- kind: Service\n",
                        "FILE:4:3: apiVersion: is missing; that of kind Service is v1"));
    }

    private static Stream<Arguments> types() {
        return Stream.of(
                row(
                        "text for a number",
                        SERVICE.replace("port: 80", "port: http"),
                        "FILE:7:11: spec.ports[0].port: is the text \"http\", write a whole number, without quotes"),
                row(
                        "a number in quotes",
                        SERVICE.replace("port: 80", "port: '80'"),
                        "FILE:7:11: spec.ports[0].port: is the text \"80\", write a whole number, without quotes"),
                row(
                        "a fraction",
                        SERVICE.replace("port: 80", "port: 80.5"),
                        "FILE:7:11: spec.ports[0].port: is the number 80.5, write a whole number, without quotes"),
                row(
                        "a number beyond all ports",
                        SERVICE.replace("port: 80", "port: 99999999999"),
                        "FILE:7:11: spec.ports[0].port: is the number 99999999999, which is out of range"),
                row(
                        "a number for text",
                        SERVICE.replace("name: web", "name: 404"),
                        "FILE:4:9: metadata.name: is the number 404, write text (in quotes, where it looks like"
                                + " something else)"),
                row(
                        "a truth for text",
                        SERVICE.replace("name: web", "name: web\n  labels: {canary: true}"),
                        "FILE:5:20: metadata.labels.canary: is true, write text (in quotes, where it looks like"
                                + " something else)"),
                row(
                        "text for a list",
                        SERVICE + "  externalIPs: 192.0.2.1\n",
                        "FILE:8:16: spec.externalIPs: is the text \"192.0.2.1\", write a list (each entry begins with"
                                + " -)"),
                row(
                        "text for a map",
                        SERVICE.replace("spec:\n", "spec: none\nx:\n"),
                        "FILE:5:7: spec: is the text \"none\", write its fields below it (name: value)"),
                row(
                        "a list for a map",
                        SERVICE.replace("metadata:\n  name", "metadata:\n- name"),
                        "FILE:4:1: metadata: is a list, write its fields below it (name: value)"),
                row(
                        "text for a truth",
                        SERVICE + "  allocateLoadBalancerNodePorts: 'no'\n",
                        "FILE:8:34: spec.allocateLoadBalancerNodePorts: is the text \"no\", write true or false,"
                                + " without quotes"));
    }

    static String healthy(String name) {
        return SERVICE.replace("web", name);
    }

    private static String bomb() {
        StringBuilder yaml = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 10; i++) {
            yaml.append("a%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ", ").repeat(9) + "*a" + (i - 1)));
        }
        return yaml.toString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static Arguments row(String what, String text, String message) {
        return row(what, text.getBytes(StandardCharsets.UTF_8), message);
    }

    private static Arguments row(String what, byte[] bytes, String message) {
        return Arguments.of(what, bytes, message);
    }
}
