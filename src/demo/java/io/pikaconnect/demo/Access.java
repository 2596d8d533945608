package io.pikaconnect.demo;

import java.util.Optional;

/** The access rules of a stand-in master. Thread-safe. */
final class Access {

    private volatile Optional<String> password;
    private volatile Optional<String> rsyncPassword;
    private volatile boolean infoDenied;
    private volatile Optional<Boolean> raft = Optional.empty();

    Access(Optional<String> password) {
        this.password = password;
        rsyncPassword = password;
    }

    /** The value of requirepass. */
    Optional<String> password() {
        return password;
    }

    /** Sets requirepass; existing connections are not affected. */
    void password(String other) {
        password = Optional.of(other);
    }

    /** What a master before 3.5 pushes its dump with: requirepass as it was when its rsync started. */
    Optional<String> rsyncPassword() {
        return rsyncPassword;
    }

    /** Its rsync starts, with the master or after a user has ended it. */
    void startRsync() {
        rsyncPassword = password;
    }

    void denyInfo() {
        infoDenied = true;
    }

    boolean isInfoDenied() {
        return infoDenied;
    }

    /** Empty where RAFT.CLUSTER is no command; otherwise whether there is a cluster. */
    Optional<Boolean> raft() {
        return raft;
    }

    void raft(boolean hasCluster) {
        raft = Optional.of(hasCluster);
    }
}
