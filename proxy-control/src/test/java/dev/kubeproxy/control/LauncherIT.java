package dev.kubeproxy.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/kube-proxy} among JDKs of several versions, which only print how they were called. */
@Timeout(60)
class LauncherIT {

    private static final Path SCRIPTS = Path.of("..", "bin");

    @TempDir
    Path directory;

    private Path script;

    @BeforeEach
    void unpackDistribution() throws IOException {
        script = directory.resolve("dist/bin/kube-proxy");
        Files.createDirectories(directory.resolve("dist/lib"));
        Files.createDirectories(script.getParent());
        Files.createDirectories(directory.resolve("jvm"));
        Files.createDirectories(directory.resolve("tools"));
        Files.createFile(directory.resolve("dist/lib/proxy-control-1.jar"));
        for (String name : new String[] {"kube-proxy", "find-jdk"}) {
            Files.copy(SCRIPTS.resolve(name), script.resolveSibling(name), StandardCopyOption.COPY_ATTRIBUTES);
        }
        for (String tool : new String[] {"dirname", "readlink", "sed"}) {
            command(directory.resolve("tools/" + tool), "exec /usr/bin/" + tool + " \"$@\"");
        }
    }

    @Test
    void prefersJavaHome() throws Exception {
        jdk("jvm/twenty-five", "25.0.1");
        Path home = jdk("mine", "26");
        assertThat(run(Map.of("JAVA_HOME", home.toString()))).startsWith("mine ");
    }

    @Test
    void passesOverJdksThatAreTooOld() throws Exception {
        Path home = jdk("mine", "17.0.9");
        jdk("jvm/eight", "1.8.0_402");
        jdk("jvm/twenty-five", "25.0.1");
        assertThat(run(Map.of("JAVA_HOME", home.toString()))).startsWith("twenty-five ");
    }

    @Test
    void takesTheJdkOfThePathLast() throws Exception {
        Path jdk = jdk("elsewhere", "25");
        Files.createSymbolicLink(directory.resolve("tools/java"), jdk.resolve("bin/java"));
        assertThat(run(Map.of())).startsWith("elsewhere ");
    }

    @Test
    void saysHowToGetAJdkWhereThereIsNone() throws Exception {
        assertThat(run(Map.of())).contains("needs Java 25 or newer", "JAVA_HOME");
    }

    @Test
    void passesFlagsThroughAsTheyAre() throws Exception {
        jdk("jvm/twenty-five", "25");
        String line = run(Map.of("KUBE_PROXY_JAVA_OPTS", "-Xmx64m -Done=two"), "--v=2", "a b", "*");
        assertThat(line)
                .contains("[-Xmx64m][-Done=two]")
                .endsWith("[dev.kubeproxy.control.KubeProxy][--v=2][a b][*]\n");
    }

    @Test
    void startsTheJvmAsTheTestsDo() throws Exception {
        jdk("jvm/twenty-five", "25");
        String line = run(Map.of());
        for (String flag : System.getProperty("jvm.flags").split(" ", -1)) {
            assertThat(line).contains("[" + flag + "]");
        }
    }

    private String run(Map<String, String> environment, String... args) throws Exception {
        String[] command = new String[args.length + 1];
        command[0] = script.toString();
        System.arraycopy(args, 0, command, 1, args.length);
        ProcessBuilder launcher = new ProcessBuilder(command).redirectErrorStream(true);
        launcher.environment().clear();
        launcher.environment().put("PATH", directory.resolve("tools").toString());
        launcher.environment()
                .put("KUBE_PROXY_JVM_DIR", directory.resolve("jvm").toString());
        launcher.environment().putAll(environment);
        Process process = launcher.start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private Path jdk(String name, String version) throws IOException {
        Path home = directory.resolve(name);
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"nobody\"\nJAVA_VERSION=\"" + version + "\"\n");
        command(home.resolve("bin/java"), "printf '%s ' '" + home.getFileName() + "'; printf '[%s]' \"$@\"; echo");
        return home;
    }

    private static void command(Path file, String line) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + line + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }
}
