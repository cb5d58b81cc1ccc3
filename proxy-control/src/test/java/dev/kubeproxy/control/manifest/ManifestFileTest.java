package dev.kubeproxy.control.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.control.kube.ServiceReader;
import dev.kubeproxy.server.model.Cidr;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManifestFileTest {

    private static final String BROKEN = "---\nkind: [\n";
    private static final String WEB = Yaml.service("web") + "---\n" + Yaml.slice("web", "10.244.0.1", "10.244.0.2");

    private final DocumentReader reader =
            new DocumentReader(new ServiceDrafts(new ServiceReader(), List.of(Cidr.parse("10.96.0.0/12"))));
    private final ManifestFile whole = ManifestFile.unread("web.yaml").with(WEB, reader);

    @Test
    void aBrokenTextHasItsReadableObjectsAndTheOthersAsTheyWere() {
        ManifestFile broken = whole.with(Yaml.slice("web", "10.244.0.2") + BROKEN, reader);
        assertThat(broken.broken()).isTrue();
        assertThat(broken.objects())
                .hasSize(2)
                .contains(whole.objects().getFirst())
                .doesNotContain(whole.objects().getLast());
    }

    @Test
    void aTextThatLacksObjectsIsToldFromOneThatHasAllWhetherItIsBrokenOrNot() {
        assertThat(whole.with(Yaml.service("web"), reader).lacksOf(whole)).isTrue();
        assertThat(whole.with(Yaml.service("web") + BROKEN, reader).lacksOf(whole))
                .isTrue();
        assertThat(whole.with(WEB + BROKEN, reader).lacksOf(whole)).isFalse();
    }

    @Test
    void whatWasKeptGoesOnceTheTextIsWhole() {
        ManifestFile broken = whole.with(Yaml.service("web") + BROKEN, reader);
        assertThat(broken.objects()).hasSize(2);
        assertThat(broken.with(Yaml.service("web"), reader).objects())
                .singleElement()
                .isEqualTo(whole.objects().getFirst());
    }
}
