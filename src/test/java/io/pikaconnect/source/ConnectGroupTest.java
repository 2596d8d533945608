package io.pikaconnect.source;

import static org.assertj.core.api.Assertions.assertThat;

import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

class ConnectGroupTest {

    private final MBeanServer beans = MBeanServerFactory.newMBeanServer();

    /** What Kafka registers for each client and worker. */
    public interface InfoMBean {}

    public static final class Info implements InfoMBean {}

    private void has(String domain, String id) throws Exception {
        String quoted = id.matches("[\\w.-]+") ? id : ObjectName.quote(id);
        beans.registerMBean(new Info(), new ObjectName(domain + ":type=app-info,id=" + quoted));
    }

    @Test
    void isInTheNamesOfTheWorkersOwnClients() throws Exception {
        has("kafka.admin.client", "connect-cluster-shared-admin");
        has("kafka.admin.client", "adminclient-1");
        has("kafka.connect", "10.0.0.5:8083");
        assertThat(ConnectGroup.known(beans)).contains("connect-cluster");
    }

    @Test
    void isWithoutTheClientIdThatTheWorkerWasGiven() throws Exception {
        has("kafka.admin.client", "connect: blue-worker-1-shared-admin");
        has("kafka.connect", "worker-1");
        assertThat(ConnectGroup.known(beans)).contains("connect: blue");
    }

    @Test
    void isNotKnownInAStandaloneWorkerNorWhereThereAreSeveral() throws Exception {
        assertThat(ConnectGroup.known(beans)).isEmpty();
        has("kafka.admin.client", "one-shared-admin");
        has("kafka.admin.client", "two-shared-admin");
        assertThat(ConnectGroup.known(beans)).isEmpty();
    }
}
