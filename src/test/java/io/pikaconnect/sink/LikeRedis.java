package io.pikaconnect.sink;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Stands before a Redis and answers some of the commands itself, as a proxy does, or a server that is only like Redis. */
public final class LikeRedis implements AutoCloseable {

    private final ServerSocket server;
    private final int redisPort;
    private final Function<List<String>, Optional<String>> own;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    private LikeRedis(int redisPort, Function<List<String>, Optional<String>> own) {
        this.redisPort = redisPort;
        this.own = own;
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    /** One that gives these answers, in RESP, to the words of a command, and has the others answered by Redis. */
    public static LikeRedis answering(int redisPort, Function<List<String>, Optional<String>> own) {
        return new LikeRedis(redisPort, own);
    }

    /** One that gives this answer, in RESP, to a command, and has the others answered by Redis. */
    public static LikeRedis answering(int redisPort, String command, String answer) {
        return new LikeRedis(
                redisPort, words -> words.get(0).equalsIgnoreCase(command) ? Optional.of(answer) : Optional.empty());
    }

    /** One whose INFO consists of these lines. */
    public static LikeRedis informing(int redisPort, String... lines) {
        String info = String.join("\r\n", lines) + "\r\n";
        return answering(redisPort, "INFO", "$" + info.length() + "\r\n" + info + "\r\n");
    }

    /** One that closes every connection. */
    public static LikeRedis closing() {
        return new LikeRedis(0, words -> Optional.empty());
    }

    public String address() {
        return "127.0.0.1:" + port();
    }

    public int port() {
        return server.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                sockets.add(client);
                start(() -> serve(client));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket client) {
        try (client;
                Socket redis = new Socket(InetAddress.getLoopbackAddress(), redisPort)) {
            sockets.add(redis);
            InputStream in = new BufferedInputStream(client.getInputStream());
            InputStream answers = new BufferedInputStream(redis.getInputStream());
            OutputStream out = client.getOutputStream();
            while (true) {
                ByteArrayOutputStream request = new ByteArrayOutputStream();
                List<String> words = new ArrayList<>();
                copy(in, request, words);
                Optional<String> answer = own.apply(words);
                if (answer.isPresent()) {
                    out.write(answer.get().getBytes(StandardCharsets.ISO_8859_1));
                } else {
                    redis.getOutputStream().write(request.toByteArray());
                    copy(answers, out, new ArrayList<>());
                }
                out.flush();
            }
        } catch (IOException e) {
            // one of the sides has gone
        }
    }

    /** One value of RESP with all that belongs to it; its strings are added to the words. */
    private static void copy(InputStream in, OutputStream out, List<String> words) throws IOException {
        String line = line(in);
        out.write((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        int count = line.charAt(0) == '$' || line.charAt(0) == '*' ? Integer.parseInt(line.substring(1)) : -1;
        if (line.charAt(0) == '$' && count >= 0) {
            byte[] text = in.readNBytes(count + 2);
            out.write(text);
            words.add(new String(text, 0, count, StandardCharsets.ISO_8859_1));
        } else {
            for (int i = 0; i < count; i++) {
                copy(in, out, words);
            }
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        int c;
        while ((c = in.read()) != '\r') {
            if (c < 0) {
                throw new EOFException();
            }
            line.append((char) c);
        }
        in.read();
        return line.toString();
    }

    private static void start(Runnable r) {
        Thread thread = new Thread(r);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
