package dev.kubeproxy.control;

import dev.kubeproxy.control.node.Instances;
import dev.kubeproxy.server.transport.InstanceMark;
import java.io.IOException;
import java.util.Set;
import org.apache.logging.log4j.LogManager;

/** This run of the program among others on the node. */
record ThisInstance(InstanceMark mark) implements Instances, AutoCloseable {

    static ThisInstance begin() throws IOException {
        return new ThisInstance(InstanceMark.take());
    }

    @Override
    public int own() {
        return mark.number();
    }

    @Override
    public Set<Integer> living() throws IOException {
        return InstanceMark.living();
    }

    /** True where no other run of the program lives on this node, as far as it can be told. */
    boolean isAlone() {
        try {
            return living().stream().allMatch(number -> number == own());
        } catch (IOException e) {
            LogManager.getLogger().debug("Who else runs cannot be read", e);
            return true;
        }
    }

    @Override
    public void close() {
        try {
            mark.close();
        } catch (IOException e) {
            LogManager.getLogger().debug("The mark of this run stays until the process ends", e);
        }
    }
}
