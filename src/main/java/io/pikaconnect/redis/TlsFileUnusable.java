package io.pikaconnect.redis;

import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A file of TLS settings cannot be used. */
public final class TlsFileUnusable extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String setting;

    TlsFileUnusable(String setting, Path file, String why, Throwable cause) {
        super(file + " " + why, cause);
        this.setting = setting;
    }

    static TlsFileUnusable unreadable(String setting, Path file, Exception e) {
        return new TlsFileUnusable(setting, file, why(e), e);
    }

    private static String why(Exception e) {
        if (e instanceof NoSuchFileException) {
            return "does not exist on this worker; every worker needs it";
        }
        return e instanceof AccessDeniedException
                ? "may not be read by the worker's user"
                : "cannot be read: " + ConnectFailed.withRoot(e);
    }

    /** The setting that names the file. */
    public String setting() {
        return setting;
    }
}
