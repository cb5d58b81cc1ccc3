package dev.kubeproxy.control.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.control.desired.Change;
import dev.kubeproxy.control.desired.NodeSpec;
import dev.kubeproxy.control.kube.ServiceReader;
import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Cidr;
import dev.kubeproxy.server.testing.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each test changes files as people and tools do, and waits for what is offered. */
class ManifestSourceTest {

    @TempDir
    private Path parent;

    private Path directory = Path.of("");
    private OfferedState offered = new OfferedState();
    private ManifestSource source = source("10.96.0.0/12");

    @BeforeEach
    void makeDirectory() throws IOException {
        directory = Files.createDirectory(parent.resolve("manifests"));
        source = source("10.96.0.0/12");
    }

    @AfterEach
    void close() {
        source.close();
    }

    @Test
    @Rule("O2")
    void offersAllBeforeItIsSynced() throws IOException {
        write("web.yaml", Yaml.service("web") + "---\n" + Yaml.slice("web", "10.244.0.1", "10.244.0.2"));
        write("dns.yml", Yaml.service("dns"));
        write("list.json", """
            {
            \t"apiVersion": "v1", "kind": "List", "items": [
            \t\t{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "api"}, "spec": {"ports": [{"port": 443}]}}
            \t]
            }
            """);
        start();
        assertThat(offered.serviceNames()).containsExactly("default/api", "default/dns", "default/web");
        assertThat(offered.endpoints("web-1")).containsExactly("10.244.0.1", "10.244.0.2");
        assertThat(source.problems()).isEmpty();
    }

    @Test
    @Rule({"A1", "A2"})
    void passesOverWhatIsNotForIt() throws IOException {
        write("web.yaml~", Yaml.service("backup"));
        write(".web.yaml.swp", Yaml.service("swap"));
        write(".#web.yaml", Yaml.service("lock"));
        write("#web.yaml", Yaml.service("autosave"));
        write("README.md", "# Not a manifest\n");
        write("comments.yaml", "# nothing\n---\n# at all\n");
        write("other.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n");
        write("none.yaml", Yaml.service("none") + "  clusterIP: None\n");
        write("outside.yaml", Yaml.service("outside") + "  type: ExternalName\n  externalName: example.org\n");
        Files.createDirectory(directory.resolve("folder.yaml"));
        start();
        assertThat(offered.changes()).isEmpty();
        assertThat(source.problems()).isEmpty();
    }

    @Test
    void readsTheNodeOfItsName() throws IOException {
        String node = """
            apiVersion: v1
            kind: Node
            metadata:
              name: node1
              labels: {topology.kubernetes.io/zone: ZONE}
            """;
        Path file = write("node.yaml", node.replace("ZONE", "east"));
        start();
        assertThat(offered.zone()).isEqualTo("east");
        write("node.yaml", node.replace("ZONE", "west"));
        offered.await("zone west", state -> state.zone().equals("west"));
        Files.delete(file);
        offered.await("no zone", state -> state.zone().isEmpty());
    }

    @Test
    void addressesOfOtherNodesAreKnownUntilTheNodesAreGone() throws IOException {
        String own = "apiVersion: v1\nkind: Node\nmetadata: {name: node1}\n";
        String other = """
            apiVersion: v1
            kind: Node
            metadata: {name: node2}
            status:
              addresses:
              - {type: InternalIP, address: 192.0.2.2}
            """;
        Path file = write("nodes.yaml", own + "---\n" + other);
        start();
        assertThat(offered.nodeNames()).containsExactly("node1", "node2");
        assertThat(offered.changes())
                .contains(new Change.NodeSet(new NodeSpec("node2", "", List.of(Addresses.parse("192.0.2.2")))));
        offered.forgetChanges();
        Files.delete(file);
        offered.await("no node2", state -> !state.nodeNames().contains("node2"));
        assertThat(offered.changes())
                .containsExactlyInAnyOrder(
                        new Change.NodeGone("node2"), new Change.NodeSet(new NodeSpec("node1", "", List.of())));
    }

    @Test
    void readsEndpointsAndOlderSlices() throws IOException {
        write("old.yaml", """
            apiVersion: v1
            kind: Endpoints
            metadata:
              name: web
            subsets:
            - addresses:
              - ip: 10.244.0.9
              ports:
              - port: 8080
            """);
        write("beta.yaml", Yaml.slice("dns", "10.244.0.8").replace("/v1", "/v1beta1"));
        start();
        assertThat(offered.endpoints("web/subset-0")).containsExactly("10.244.0.9");
        assertThat(offered.endpoints("dns-1")).containsExactly("10.244.0.8");
        Files.delete(directory.resolve("old.yaml"));
        offered.await("no Endpoints", state -> state.sliceNames().equals(List.of("default/dns-1")));
    }

    @Test
    void followsFilesThatAreWrittenRenamedAndRemoved() throws IOException {
        write("web.yaml", Yaml.slice("web", "10.244.0.1"));
        start();
        write("web.yaml", Yaml.slice("web", "10.244.0.2"));
        awaitEndpoint("10.244.0.2");
        renameOver("web.yaml", Yaml.slice("web", "10.244.0.3"));
        awaitEndpoint("10.244.0.3");
        write("dns.yaml", Yaml.service("dns"));
        offered.await("dns", state -> state.serviceNames().contains("default/dns"));
        Files.move(directory.resolve("dns.yaml"), directory.resolve("dns.off"));
        offered.await("no dns", state -> state.serviceNames().isEmpty());
        Files.delete(directory.resolve("web.yaml"));
        offered.await("nothing", state -> state.sliceNames().isEmpty());
    }

    @Test
    void offersOnlyWhatDiffers() throws IOException {
        write("all.yaml", Yaml.service("a") + "---\n" + Yaml.service("b") + "---\n" + Yaml.slice("b", "10.244.0.1"));
        start();
        offered.forgetChanges();
        renameOver(
                "all.yaml",
                "# new\n---\n" + Yaml.slice("b", "10.244.0.2") + "---\n" + Yaml.service("a") + "---\n"
                        + Yaml.service("b") + "---\n" + Yaml.service("c"));
        offered.await("c", state -> state.serviceNames().contains("default/c"));
        assertThat(offered.changes()).hasSize(2).hasOnlyElementsOfTypes(Change.ServiceSet.class, Change.SliceSet.class);
    }

    @Test
    void doesNotTakeAnEmptiedFileForGoneAtOnce() throws IOException {
        write("web.yaml", Yaml.slice("web", "10.244.0.1"));
        start();
        offered.forgetChanges();
        for (int i = 2; i < 12; i++) {
            write("web.yaml", "");
            awaitMark("mark-" + i);
            write("web.yaml", Yaml.slice("web", "10.244.0." + i));
            awaitEndpoint("10.244.0." + i);
        }
        assertThat(offered.changes()).noneMatch(Change.SliceGone.class::isInstance);
        write("web.yaml", "");
        offered.await("nothing", state -> state.sliceNames().isEmpty());
    }

    @Test
    void doesNotTakeAFileThatIsMadeAnewForEmpty() throws IOException {
        Path file = write("web.yaml", Yaml.slice("web", "10.244.0.1"));
        start();
        offered.forgetChanges();
        for (int i = 2; i < 12; i++) {
            Files.move(file, directory.resolve("web.yaml~"), StandardCopyOption.REPLACE_EXISTING);
            write("web.yaml", "");
            awaitMark("mark-" + i);
            write("web.yaml", Yaml.slice("web", "10.244.0." + i));
            awaitEndpoint("10.244.0." + i);
        }
        assertThat(offered.changes()).noneMatch(Change.SliceGone.class::isInstance);
    }

    @Test
    void keepsWhatIsInAFileThatIsRenamedAndFindsNothingWrong() throws IOException {
        write("b.yaml", Yaml.service("web") + "---\n" + Yaml.slice("web", "10.244.0.1"));
        start();
        offered.forgetChanges();
        String name = "b.yaml";
        for (String next : List.of("a.yaml", "c.yaml", "b.yaml", "d.yaml")) {
            Files.move(directory.resolve(name), directory.resolve(next));
            name = next;
            awaitMark("after-" + next.charAt(0));
        }
        write(name, Yaml.slice("web", "10.244.0.2"));
        awaitEndpoint("10.244.0.2");
        offered.await("no web", state -> !state.serviceNames().contains("default/web"));
        assertThat(offered.changes().stream().filter(Change.ServiceGone.class::isInstance))
                .hasSize(1);
        assertThat(offered.changes()).noneMatch(Change.SliceGone.class::isInstance);
        assertThat(source.problems()).isEmpty();
    }

    @Test
    void keepsForAWhileWhatIsInAFileThatWent() throws IOException {
        Path file = write("web.yaml", Yaml.service("web") + "---\n" + Yaml.slice("web", "10.244.0.1"));
        start();
        offered.forgetChanges();
        Files.delete(file);
        awaitMark("later");
        write("new.yaml", Yaml.slice("web", "10.244.0.2"));
        awaitEndpoint("10.244.0.2");
        assertThat(source.problems()).isEmpty();
        assertThat(offered.changes()).noneMatch(Change.ServiceGone.class::isInstance);
        offered.await("no web", state -> !state.serviceNames().contains("default/web"));
        assertThat(offered.endpoints("web-1")).containsExactly("10.244.0.2");
    }

    @Test
    void keepsTheLastGoodStateOfWhatCannotBeReadAndFollowsTheRestOfTheFile() throws IOException {
        String good = Yaml.service("web") + "---\n" + Yaml.service("dns");
        Path file = write("web.yaml", good);
        start();
        renameOver("web.yaml", Yaml.service("web").replace("80", "81") + "---\n\tbroken\n");
        awaitProblems(1);
        assertThat(source.problems())
                .first()
                .hasToString(file + ":9:1: is not YAML: found character '\\t(TAB)' that"
                        + " cannot start any token; indent with spaces, not with tabs");
        awaitPort("web", 81);
        assertThat(offered.service("dns").ports().getFirst().port()).isEqualTo(80);
        renameOver("web.yaml", Yaml.service("web").replace("80", "82"));
        awaitPort("web", 82);
        awaitProblems(0);
        assertThat(offered.serviceNames()).containsExactly("default/web");
    }

    @Test
    void endpointsThatLeftAreGoneThoughAnotherObjectOfTheFileIsBroken() throws IOException {
        String service = Yaml.service("web") + "---\n";
        write("web.yaml", service + Yaml.slice("web", "10.244.0.1", "10.244.0.2"));
        start();
        write("web.yaml", service.replace("80", "eighty") + Yaml.slice("web", "10.244.0.2"));
        awaitEndpoint("10.244.0.2");
        assertThat(offered.serviceNames()).containsExactly("default/web");
        awaitProblems(1);
    }

    @Test
    void servesWhatIsReadableOfAFileThatNeverWasWhole() throws IOException {
        write("web.yaml", Yaml.service("web") + "---\nkind: [\n---\n" + Yaml.service("dns"));
        start();
        assertThat(offered.serviceNames()).containsExactly("default/dns", "default/web");
        assertThat(source.problems()).hasSize(1);
    }

    @Test
    void passesOverADocumentThatIsTooLargeAndReadsTheOthersOfItsFile() throws IOException {
        String large = Yaml.service("large") + "#".repeat(Document.MOST_CHARACTERS);
        Path file = write("web.yaml", Yaml.service("web") + "---\n" + large + "\n---\n" + Yaml.service("dns"));
        start();
        assertThat(offered.serviceNames()).containsExactly("default/dns", "default/web");
        assertThat(source.problems())
                .singleElement()
                .hasToString(file + ":8: the document has " + (large.length() + 5)
                        + " characters; no more than 4194304 are read, split it with --- lines or into files");
    }

    @Test
    void keepsTheLastGoodStateOfAnObjectThatCannotBeUsed() throws IOException {
        write("web.yaml", Yaml.service("web") + "---\n" + Yaml.service("dns"));
        start();
        String before = offered.clusterIp("web");
        renameOver(
                "web.yaml",
                Yaml.service("web") + "  clusterIP: 192.0.2.1\n---\n"
                        + Yaml.service("dns").replace("80", "53"));
        offered.await(
                "dns on 53", state -> state.service("dns").ports().getFirst().port() == 53);
        awaitProblems(1);
        assertThat(offered.clusterIp("web")).isEqualTo(before);
    }

    @Test
    void leavesAnObjectToTheFileThatHasIt() throws IOException {
        write("b.yaml", Yaml.service("web").replace("80", "81"));
        start();
        write("a.yaml", Yaml.service("web").replace("80", "82"));
        awaitProblems(1);
        assertThat(source.problems())
                .first()
                .asString()
                .contains("a.yaml:1: Service default/web")
                .contains("b.yaml:1");
        assertThat(offered.service("web").ports().getFirst().port()).isEqualTo(81);
        offered.forgetChanges();
        Files.delete(directory.resolve("b.yaml"));
        offered.await(
                "port 82", state -> state.service("web").ports().getFirst().port() == 82);
        awaitProblems(0);
        assertThat(offered.changes()).hasSize(1);
    }

    @Test
    void givesAnAddressToTheNextWhenItsHolderGoes() throws IOException {
        write("a.yaml", Yaml.service("a") + "  clusterIP: 10.96.0.10\n");
        write("b.yaml", Yaml.service("b") + "  clusterIP: 10.96.0.10\n");
        start();
        assertThat(offered.serviceNames()).containsExactly("default/a");
        Files.delete(directory.resolve("a.yaml"));
        offered.await("b", state -> state.serviceNames().equals(List.of("default/b")));
        awaitProblems(0);
    }

    @Test
    void choosesTheSameAddressesAfterARestart() throws IOException {
        source = source("10.96.0.0/28");
        for (String name : List.of("a", "b", "c", "d", "e", "f")) {
            write(name + ".yaml", Yaml.service(name) + "  type: NodePort\n");
            if (name.equals("a")) {
                start();
            }
            offered.await(name, state -> state.serviceNames().contains("default/" + name));
        }
        var addresses = offered.serviceNames().stream()
                .map(name -> offered.service(name.substring(8)).madeAt(Instant.EPOCH))
                .toList();
        awaitAllocations(12);
        source.close();

        write("0.yaml", Yaml.service("first") + "---\n" + Yaml.service("second"));
        offered = new OfferedState();
        source = source("10.96.0.0/28");
        start();
        assertThat(addresses)
                .isEqualTo(List.of("a", "b", "c", "d", "e", "f").stream()
                        .map(offered::service)
                        .toList());
    }

    @Test
    @Rule("H3")
    void whoComesLaterIsYounger() throws IOException {
        write("web.yaml", Yaml.service("web"));
        start();
        assertThat(offered.service("web").created()).isEqualTo(Instant.EPOCH);
        write("aaa.yaml", Yaml.service("aaa"));
        offered.await("aaa", state -> state.serviceNames().contains("default/aaa"));
        Instant came = offered.service("aaa").created();
        assertThat(came).isAfter(Instant.EPOCH);
        write("aaa.yaml", Yaml.service("aaa") + "  externalIPs: [203.0.113.7]\n");
        offered.await("its IP", state -> !state.service("aaa").externalIps().isEmpty());
        assertThat(offered.service("aaa").created()).isEqualTo(came);
    }

    @Test
    void givesTheSameAddressToAServiceThatComesBack() throws IOException {
        Path file = write("web.yaml", Yaml.service("web"));
        start();
        String before = offered.clusterIp("web");
        Files.delete(file);
        offered.await("nothing", state -> state.serviceNames().isEmpty());
        write("web.yaml", Yaml.service("web"));
        offered.await("web", state -> state.serviceNames().contains("default/web"));
        assertThat(offered.clusterIp("web")).isEqualTo(before);
    }

    @Test
    @Rule("I5")
    void allocatesNodePortsByType() throws IOException {
        write("np.yaml", Yaml.service("np") + "  type: NodePort\n");
        write("lb.yaml", Yaml.service("lb") + "  type: LoadBalancer\n");
        write("bare.yaml", Yaml.service("bare") + "  type: LoadBalancer\n  allocateLoadBalancerNodePorts: false\n");
        write("ip.yaml", Yaml.service("ip"));
        start();
        assertThat(offered.nodePort("np")).isBetween(30_000, 32_767);
        assertThat(offered.nodePort("lb")).isBetween(30_000, 32_767).isNotEqualTo(offered.nodePort("np"));
        assertThat(offered.nodePort("bare")).isZero();
        assertThat(offered.nodePort("ip")).isZero();
    }

    @Test
    void followsAMountedConfigMap() throws IOException {
        Path old = Files.createDirectory(directory.resolve("..2026_01"));
        Files.writeString(old.resolve("web.yaml"), Yaml.slice("web", "10.244.0.1"));
        Files.createSymbolicLink(directory.resolve("..data"), old.getFileName());
        Files.createSymbolicLink(directory.resolve("web.yaml"), Path.of("..data", "web.yaml"));
        start();
        assertThat(offered.endpoints("web-1")).containsExactly("10.244.0.1");

        Path next = Files.createDirectory(directory.resolve("..2026_02"));
        Files.writeString(next.resolve("web.yaml"), Yaml.slice("web", "10.244.0.2"));
        Files.createSymbolicLink(directory.resolve("..data_tmp"), next.getFileName());
        Files.move(directory.resolve("..data_tmp"), directory.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        awaitEndpoint("10.244.0.2");
    }

    @Test
    void waitsForADirectoryThatIsNotThere() throws IOException {
        Files.delete(directory);
        source.start();
        assertThat(offered.synced()).isFalse();
        Files.createDirectory(directory);
        offered.awaitSynced();
        write("web.yaml", Yaml.service("web"));
        offered.await("web", state -> state.serviceNames().contains("default/web"));
    }

    @Test
    void keepsTheStateOfADirectoryThatVanishes() throws IOException {
        write("web.yaml", Yaml.service("web"));
        start();
        offered.forgetChanges();
        Files.move(directory, parent.resolve("away"));
        Files.delete(parent.resolve("away/web.yaml"));
        Files.createDirectory(parent.resolve("next"));
        Files.writeString(parent.resolve("next/web.yaml"), Yaml.service("web"));
        Files.writeString(parent.resolve("next/dns.yaml"), Yaml.service("dns"));
        Files.move(parent.resolve("next"), directory);
        offered.await("dns", state -> state.serviceNames().contains("default/dns"));
        assertThat(offered.changes()).noneMatch(Change.ServiceGone.class::isInstance);
    }

    @Test
    void reportsALinkThatLeadsInACircle() throws IOException {
        Path circle = directory.resolve("circle.yaml");
        Files.createSymbolicLink(circle, circle.getFileName());
        write("web.yaml", Yaml.service("web"));
        start();
        assertThat(offered.serviceNames()).containsExactly("default/web");
        assertThat(source.problems()).singleElement().asString().startsWith(circle + ": cannot be read: ");
    }

    private void start() {
        source.start();
        offered.awaitSynced();
    }

    private ManifestSource source(String range) {
        return new ManifestSource(directory, "node1", new ServiceReader(), List.of(Cidr.parse(range)), offered);
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private void renameOver(String name, String text) throws IOException {
        Path whole = Files.writeString(parent.resolve(name), text);
        Files.move(whole, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private void awaitEndpoint(String address) {
        offered.await(address, state -> state.endpoints("web-1").equals(List.of(address)));
    }

    /** What happened before is seen. */
    private void awaitMark(String name) throws IOException {
        write(name + ".yaml", Yaml.service(name));
        offered.await(name, state -> state.serviceNames().contains("default/" + name));
    }

    private void awaitPort(String name, int port) {
        offered.await(
                name + " on " + port,
                state -> state.service(name).ports().getFirst().port() == port);
    }

    private void awaitProblems(int count) {
        offered.await(count + " problems", _ -> source.problems().size() == count);
    }

    private void awaitAllocations(int count) {
        Path file = directory.resolve(AllocationFile.NAME);
        offered.await(count + " allocations", _ -> {
            try (var lines = Files.lines(file)) {
                return lines.filter(line -> !line.startsWith("#")).count() == count;
            } catch (IOException _) {
                return false;
            }
        });
    }
}
