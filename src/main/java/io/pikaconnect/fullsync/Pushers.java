package io.pikaconnect.fullsync;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The addresses that may push a dump to us: those of the master. A push comes over IPv4 (replication-protocol 5.1). A
 * master on this machine may come from any of its addresses, since that depends on the one it pushes to.
 *
 * @param addresses numeric, never as a user wrote them: they become part of rsync's configuration
 */
record Pushers(Set<String> addresses) {

    private static final String LOOPBACK = "127.0.0.0/8";

    Pushers {
        addresses = Set.copyOf(addresses);
    }

    /**
     * Resolves the names.
     *
     * @param hosts names or addresses of the master
     * @throws UnknownHostException if one cannot be resolved
     */
    static Pushers of(List<String> hosts) throws UnknownHostException, SocketException {
        Set<String> addresses = new TreeSet<>();
        boolean local = false;
        for (String host : hosts) {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                local |= isLocal(address);
                if (address instanceof Inet4Address) {
                    addresses.add(address.getHostAddress());
                }
            }
        }
        if (local) {
            addresses.addAll(ofThisMachine());
        }
        return new Pushers(addresses);
    }

    private static boolean isLocal(InetAddress address) throws SocketException {
        return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
    }

    private static List<String> ofThisMachine() throws SocketException {
        List<String> addresses = new ArrayList<>(List.of(LOOPBACK));
        NetworkInterface.networkInterfaces()
                .flatMap(i -> i.getInterfaceAddresses().stream())
                .map(InterfaceAddress::getAddress)
                .filter(Inet4Address.class::isInstance)
                .filter(a -> !a.isLoopbackAddress())
                .forEach(a -> addresses.add(a.getHostAddress()));
        return addresses;
    }

    boolean include(InetAddress peer) {
        return addresses.contains(peer.getHostAddress()) || (peer.isLoopbackAddress() && addresses.contains(LOOPBACK));
    }

    /** In the form of rsync's {@code hosts allow}, also for people. */
    @Override
    public String toString() {
        return String.join(" ", new TreeSet<>(addresses));
    }
}
