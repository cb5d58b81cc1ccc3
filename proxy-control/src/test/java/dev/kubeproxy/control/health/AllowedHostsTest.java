package dev.kubeproxy.control.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedHostsTest {

    private static final AllowedHosts HOSTS = new AllowedHosts("node-1.example");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "192.168.7.9:10249",
                "[::1]",
                "[fd00::7]:10249",
                "localhost",
                "LocalHost:8001",
                "node-1.example",
                "Node-1.Example:10249"
            })
    void addressesAndNamesOfThisNodeMayBeAskedFor(String host) {
        assertThat(refusal("GET", Map.of("Host", List.of(host)))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:10249",
                "127.0.0.1.evil.example",
                "localhost.evil.example",
                "node-1",
                "node-1.example.evil.example",
                "10",
                "::1",
                "[evil.example]",
                "[::1",
                "[::1].evil.example",
                "127.0.0.1:10249@evil.example",
                ""
            })
    void allElseIsRefused(String host) {
        assertThat(refusal("GET", Map.of("Host", List.of(host))).orElseThrow())
                .startsWith("\"" + host + "\" is not a name of this node");
    }

    @ParameterizedTest
    @CsvSource({
        "cross-site, no-cors, true",
        "same-site, cors, true",
        "cross-site, navigate, false",
        "same-origin, cors, false",
        "none, navigate, false"
    })
    void whatPagesOfOtherSitesFetchIsRefused(String site, String mode, boolean refused) {
        Map<String, List<String>> headers =
                Map.of("Host", List.of("localhost"), "Sec-Fetch-Site", List.of(site), "Sec-Fetch-Mode", List.of(mode));
        assertThat(refusal("GET", headers).isPresent()).isEqualTo(refused);
    }

    @Test
    void whoNamesNoHostIsNoBrowser() {
        assertThat(refusal("GET", Map.of())).isEmpty();
        assertThat(refusal("POST", Map.of())).isEmpty();
    }

    @Test
    void ofTwoHostsNoneMayBeForeign() {
        assertThat(refusal("GET", Map.of("Host", List.of("127.0.0.1", "evil.example"))))
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://evil.example", "http://127.0.0.1:3000", "http://127.0.0.1", "null", "file://", ""})
    void pagesOfOtherOriginsMayAskButNotChange(String origin) {
        var headers = Map.of("Host", List.of("127.0.0.1:10249"), "Origin", List.of(origin));
        assertThat(refusal("GET", headers)).isEmpty();
        assertThat(refusal("HEAD", headers)).isEmpty();
        for (String method : List.of("POST", "PUT", "DELETE")) {
            assertThat(refusal(method, headers).orElseThrow()).startsWith("a page of \"" + origin + "\" may not");
        }
    }

    @Test
    void aPageOfThePortItselfMayChange() {
        for (String scheme : List.of("http", "https")) {
            var headers = Map.of("Host", List.of("localhost:8001"), "Origin", List.of(scheme + "://localhost:8001"));
            assertThat(refusal("PUT", headers)).isEmpty();
        }
    }

    private static Optional<String> refusal(String method, Map<String, List<String>> headers) {
        var sent = new DefaultHttpHeaders();
        headers.forEach(sent::add);
        return HOSTS.refusal(method, sent);
    }
}
