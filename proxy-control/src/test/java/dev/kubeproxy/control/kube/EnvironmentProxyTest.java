package dev.kubeproxy.control.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentProxyTest {

    private static final URI SERVER = URI.create("https://api.example.com:6443");

    @ParameterizedTest
    @CsvSource({
        "https://api.example.com, HTTPS_PROXY, http://proxy:3128, http://proxy:3128",
        "https://api.example.com, https_proxy, proxy:3128,        http://proxy:3128",
        "https://api.example.com, HTTPS_PROXY, socks5://proxy,    socks5://proxy:1080",
        "https://api.example.com, HTTPS_PROXY, http://u:p@w@proxy, http://u:p%40w@proxy:80",
        "https://api.example.com, HTTPS_PROXY, http://u:p@proxy,  http://u:p@proxy:80",
        "http://10.0.0.1:8080,    HTTP_PROXY,  http://[fd00::1]:1, http://[fd00::1]:1",
    })
    void theProxyIsTheOneOfTheServersScheme(String server, String variable, String value, String proxy) {
        assertThat(new EnvironmentProxy(Map.of(variable, value)).of(URI.create(server)))
                .contains(URI.create(proxy));
    }

    @ParameterizedTest
    @CsvSource({"http://api.example.com", "https://localhost:6443", "https://127.0.0.1:6443", "https://[::1]:6443"})
    void otherSchemesAndThisMachineHaveNone(String server) {
        assertThat(new EnvironmentProxy(Map.of("HTTPS_PROXY", "http://proxy:3128")).of(URI.create(server)))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "https://api.example.com:6443, '10.0.0.1, example.com'",
        "https://api.example.com:6443, .example.com",
        "https://api.example.com:6443, *.EXAMPLE.com",
        "https://api.example.com:6443, api.example.com:6443",
        "https://api.example.com,      api.example.com:443",
        "https://api.example.com:6443, *",
        "https://10.0.0.1:6443,        10.0.0.0/8",
        "https://10.0.0.1:6443,        10.0.0.1",
        "https://10.0.0.1:6443,        10.0.0.1:6443",
        "https://[fd00::1]:6443,       fd00::/8",
        "https://[fd00::1]:6443,       fd00::1",
        "https://[fd00::1]:6443,       [fd00::1]:6443",
    })
    void serversThatAreExceptedHaveNone(String server, String exceptions) {
        assertThat(proxy(server, exceptions)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "https://api.example.com:6443, 'ample.com, example.org'",
        "https://example.com:6443,     .example.com",
        "https://api.example.com:6443, api.example.com:443",
        "https://10.0.0.1:6443,        '10.1.0.0/16, 10.0.0.1/x, 10.0.0.1:1'",
        "https://api.example.com:6443, 0.0.0.0/0",
        "https://api.example.com:6443, ''",
    })
    void otherExceptionsAreNotForIt(String server, String exceptions) {
        assertThat(proxy(server, exceptions)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://u:secret@a b", "https://proxy", "ftp://proxy", "http://a_b:1"})
    void aProxyThatCannotBeUsedIsToldOfWithoutItsPassword(String proxy) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EnvironmentProxy(Map.of("HTTPS_PROXY", proxy)).of(SERVER))
                .withMessage("HTTPS_PROXY names no proxy that can be used; write a URL such as"
                        + " http://proxy.example.com:3128 or socks5://proxy.example.com:1080");
    }

    private static boolean proxy(String server, String exceptions) {
        return new EnvironmentProxy(Map.of("HTTPS_PROXY", "http://proxy:3128", "no_proxy", exceptions))
                .of(URI.create(server))
                .isPresent();
    }
}
