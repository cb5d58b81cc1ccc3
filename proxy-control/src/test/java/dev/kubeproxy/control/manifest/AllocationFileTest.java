package dev.kubeproxy.control.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.kubeproxy.control.desired.Allotment;
import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.ServiceName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AllocationFileTest {

    private static final ServiceName WEB = new ServiceName("default", "web");
    private static final List<Allotment> ALLOTMENTS = List.of(
            new Allotment.ClusterIp(WEB, Addresses.parse("10.96.3.4")),
            new Allotment.ClusterIp(WEB, Addresses.parse("fd00::17")),
            new Allotment.NodePort(WEB, 80, Protocol.TCP, 30_123));

    @TempDir
    private Path directory;

    @Test
    void loadsWhatItSaved() {
        new AllocationFile(directory).save(ALLOTMENTS);
        assertThat(new AllocationFile(directory).load()).isEqualTo(ALLOTMENTS);
        assertThat(directory.toFile().list()).containsExactly(AllocationFile.NAME);
    }

    @Test
    void isEmptyBeforeAnythingIsSaved() {
        assertThat(new AllocationFile(directory).load()).isEmpty();
    }

    @Test
    void leavesOutLinesThatMakeNoSense() throws IOException {
        Files.writeString(directory.resolve(AllocationFile.NAME), """
            # comment

            default/web 10.96.3.4
            default/web 10.96.3
            default/web 80/TCP many
            web
            """);
        assertThat(new AllocationFile(directory).load()).isEqualTo(ALLOTMENTS.subList(0, 1));
    }

    @Test
    void doesWithoutAFileItCannotWriteOrRead() throws IOException {
        Files.createDirectories(directory.resolve(AllocationFile.NAME).resolve("taken"));
        Files.createDirectory(directory.resolve(AllocationFile.NAME + ".tmp"));
        assertThatCode(() -> new AllocationFile(directory).save(ALLOTMENTS)).doesNotThrowAnyException();
        assertThat(new AllocationFile(directory).load()).isEmpty();
    }
}
