package io.pikaconnect.tool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Option;

/** Where passwords come from: a prompt, a file or the environment, never the command line, which every user can see. */
final class Passwords {

    static final String PIKA = "PIKA_PASSWORD";
    static final String REDIS = "REDIS_PASSWORD";

    @Option(
            names = "--pika-password",
            interactive = true,
            arity = "0",
            prompt = "Password of Pika: ",
            description = "Ask for Pika's password. Without it: the environment variable " + PIKA + ", if it is set.")
    private char[] pikaPrompted;

    @Option(
            names = "--pika-password-file",
            paramLabel = "FILE",
            description = "File whose first line is Pika's password.")
    private Path pikaFile;

    @Option(
            names = "--redis-password",
            interactive = true,
            arity = "0",
            prompt = "Password of Redis: ",
            description = "Ask for Redis' password. Without it: the environment variable " + REDIS + ", if it is set.")
    private char[] redisPrompted;

    @Option(
            names = "--redis-password-file",
            paramLabel = "FILE",
            description = "File whose first line is Redis' password.")
    private Path redisFile;

    private final UnaryOperator<String> environment;

    Passwords() {
        this(System::getenv);
    }

    Passwords(UnaryOperator<String> environment) {
        this.environment = environment;
    }

    Optional<String> pika() {
        return password(pikaPrompted, pikaFile, PIKA);
    }

    Optional<String> redis() {
        return password(redisPrompted, redisFile, REDIS);
    }

    private Optional<String> password(char[] prompted, Path file, String variable) {
        if (prompted != null) {
            return Optional.of(new String(prompted));
        }
        if (file != null) {
            return Optional.of(firstLine(file));
        }
        return Optional.ofNullable(environment.apply(variable)).filter(password -> !password.isEmpty());
    }

    private static String firstLine(Path file) {
        try {
            return Files.readAllLines(file).stream()
                    .findFirst()
                    .orElseThrow(() -> new Failed(
                            "the password file " + file + " is empty: write the password into its first line"));
        } catch (IOException e) {
            throw new Failed(
                    "the password file " + file + " cannot be read (" + e + "): correct its name or its rights");
        }
    }
}
