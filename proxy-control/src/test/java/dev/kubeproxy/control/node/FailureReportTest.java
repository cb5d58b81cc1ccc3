package dev.kubeproxy.control.node;

import static dev.kubeproxy.control.desired.Specs.address;
import static dev.kubeproxy.control.desired.Specs.addresses;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.testing.CapturedLog;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FailureReportTest {

    private static final String DENIED = "RTNETLINK answers: Operation not permitted";

    private final CapturedLog log = new CapturedLog(FailureReport.class);
    private final FailureReport report = new FailureReport();

    @AfterEach
    void stop() {
        log.close();
    }

    @Test
    void manyFailuresOfOneReasonAreOneLine() {
        Map<InetAddress, String> failures = new HashMap<>();
        for (int i = 0; i < 5000; i++) {
            failures.put(address("10.96." + i / 250 + "." + i % 250), DENIED);
        }
        report.failed(failures);
        assertThat(log.lines()).singleElement().asString().contains("5000 service addresses", "and others", DENIED);
        assertThat(log.lines().getFirst()).contains("NET_ADMIN", "127.0.0.0/8");
    }

    @Test
    void eachAddressIsToldOnce() {
        report.failed(Map.of(address("10.96.0.10"), DENIED));
        report.failed(Map.of(address("10.96.0.10"), DENIED));
        assertThat(log.lines()).hasSize(1);
        report.failed(Map.of(address("10.96.0.10"), DENIED, address("10.96.0.11"), DENIED));
        assertThat(log.lines()).hasSize(2);
        assertThat(log.lines().getLast()).contains("10.96.0.11").doesNotContain("10.96.0.10");
    }

    @Test
    void whatIsMissingIsSaidByReason() {
        report.failed(Map.of(address("10.96.0.10"), "Cannot run program \"ip\": error=2"));
        report.failed(Map.of(address("fd00::10"), "Error: IPv6 is disabled on nexthop device."));
        assertThat(log.lines().getFirst()).contains("Install the program ip (package iproute2)");
        assertThat(log.lines().getLast()).contains("fd00::10", "IPv6 is disabled");
    }

    @Test
    void successAfterFailureIsToldAndOtherSuccessIsNot() {
        report.worked(addresses("10.96.0.10"));
        assertThat(log.lines()).isEmpty();
        report.failed(Map.of(address("10.96.0.10"), DENIED));
        report.worked(addresses("10.96.0.10"));
        assertThat(log.lines().getLast()).isEqualTo("INFO The service address 10.96.0.10 could be made local now");
    }
}
