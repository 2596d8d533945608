package io.pikaconnect.demo.migration;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where this process and its children listen, as Linux shows it. */
final class Listening {

    private static final String STATE = "0A";
    private static final int ADDRESS_FIELD = 1;
    private static final int STATE_FIELD = 3;
    private static final int INODE_FIELD = 9;
    private static final int WORD = 4;

    private Listening() {}

    /** The address of each socket. */
    static List<String> addresses() throws IOException {
        Set<String> inodes = Stream.concat(
                        Stream.of(ProcessHandle.current()),
                        ProcessHandle.current().descendants())
                .flatMap(process -> sockets(process.pid()))
                .collect(Collectors.toSet());
        try (Stream<String> v4 = Files.lines(Path.of("/proc/net/tcp"));
                Stream<String> v6 = Files.lines(Path.of("/proc/net/tcp6"))) {
            return Stream.concat(v4.skip(1), v6.skip(1))
                    .map(line -> line.strip().split("\\s+"))
                    .filter(fields -> fields[STATE_FIELD].equals(STATE) && inodes.contains(fields[INODE_FIELD]))
                    .map(fields -> address(fields[ADDRESS_FIELD].split(":")[0]))
                    .toList();
        }
    }

    /** Inodes of its sockets. */
    private static Stream<String> sockets(long pid) {
        try (Stream<Path> handles = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return handles
                    .map(Listening::target)
                    .filter(target -> target.startsWith("socket:["))
                    .map(target -> target.substring("socket:[".length(), target.length() - 1))
                    .toList()
                    .stream();
        } catch (IOException ended) {
            return Stream.empty();
        }
    }

    private static String target(Path handle) {
        try {
            return Files.readSymbolicLink(handle).toString();
        } catch (IOException closed) {
            return "";
        }
    }

    /** In words of four bytes, the last one first; an IPv4 address is one, or the last of an IPv6 one that stands for it. */
    private static String address(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        byte[] address = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            address[i] = bytes[i / WORD * WORD + WORD - 1 - i % WORD];
        }
        try {
            return InetAddress.getByAddress(address).getHostAddress();
        } catch (IOException e) {
            throw new UncheckedIOException(Arrays.toString(address), e);
        }
    }
}
