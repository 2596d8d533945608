package io.pikaconnect.endtoend;

import com.sun.tools.attach.VirtualMachine;
import io.pikaconnect.metrics.MBeans;
import java.io.IOException;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** What JMX shows of another JVM of this machine, as jconsole sees it. */
final class WorkerJmx implements AutoCloseable {

    private final JMXConnector connector;

    private WorkerJmx(JMXConnector connector) {
        this.connector = connector;
    }

    static WorkerJmx of(long pid) throws Exception {
        VirtualMachine jvm = VirtualMachine.attach(String.valueOf(pid));
        try {
            return new WorkerJmx(JMXConnectorFactory.connect(new JMXServiceURL(jvm.startLocalManagementAgent())));
        } finally {
            jvm.detach();
        }
    }

    MBeans beans() throws IOException {
        return new MBeans(connector.getMBeanServerConnection());
    }

    @Override
    public void close() throws IOException {
        connector.close();
    }
}
