package dev.kubeproxy.control.node;

import static dev.kubeproxy.control.desired.Specs.frontend;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.model.Cidr;
import java.util.List;
import org.junit.jupiter.api.Test;

class FilterTableTest {

    private static final FilterElement WEB = FilterElement.dropped(frontend("10.96.0.10:80/TCP"));
    private static final FilterElement DNS = FilterElement.dropped(frontend("10.96.0.53:53/UDP"));
    private static final FilterElement SIX = FilterElement.dropped(frontend("[fd00:96::10]:80/TCP"));

    @Test
    void elementsOfASetAreOneLine() {
        assertThat(FilterTable.add(List.of(DNS, SIX, WEB))).isEqualTo("""
            add element inet kube-proxy-userspace dropped4 { 10.96.0.10 . tcp . 80, 10.96.0.53 . udp . 53 }
            add element inet kube-proxy-userspace dropped6 { fd00:96::10 . tcp . 80 }
            """);
        assertThat(FilterTable.delete(List.of(WEB))).isEqualTo("""
            delete element inet kube-proxy-userspace dropped4 { 10.96.0.10 . tcp . 80 }
            """);
        assertThat(FilterTable.add(List.of())).isEmpty();
    }

    @Test
    void insidersTakeThePlaceOfThoseBefore() {
        assertThat(FilterTable.insiders(List.of(Cidr.parse("10.244.1.0/24"), Cidr.parse("192.168.1.5/32"))))
                .isEqualTo("""
            flush set inet kube-proxy-userspace inside4
            add element inet kube-proxy-userspace inside4 { 10.244.1.0/24, 192.168.1.5/32 }
            flush set inet kube-proxy-userspace inside6
            """);
        assertThat(FilterTable.insiders(List.of(Cidr.parse("fd00::/64")))).isEqualTo("""
            flush set inet kube-proxy-userspace inside4
            flush set inet kube-proxy-userspace inside6
            add element inet kube-proxy-userspace inside6 { fd00::/64 }
            """);
    }

    @Test
    void aWholeTableTakesThePlaceOfWhateverIsThere() {
        assertThat(FilterTable.replace(List.of(WEB), List.of(Cidr.parse("10.244.1.0/24"))))
                .startsWith("add table inet kube-proxy-userspace\ndelete table inet kube-proxy-userspace\n")
                .contains(FilterTable.add(List.of(WEB)))
                .endsWith(FilterTable.insiders(List.of(Cidr.parse("10.244.1.0/24"))));
        assertThat(FilterTable.remove())
                .isEqualTo("add table inet kube-proxy-userspace\ndelete table inet kube-proxy-userspace\n");
    }
}
