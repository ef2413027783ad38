package io.evenkeel.it.chaos;

import io.evenkeel.it.Cluster;
import io.evenkeel.store.etcd.EtcdProcess;
import java.io.IOException;

/** A process to which things are done. */
interface Actor {
    void kill() throws InterruptedException;

    /** Starts it again after it was killed. */
    void launch() throws IOException;

    /** Waits until it serves. */
    void awaitReady() throws IOException, InterruptedException;

    /** SIGSTOP. */
    void stop() throws IOException, InterruptedException;

    /** SIGCONT. */
    void resume() throws IOException, InterruptedException;

    static Actor of(EtcdProcess etcd) {
        return new Actor() {
            @Override
            public void kill() {
                etcd.kill();
            }

            @Override
            public void launch() {
                etcd.launch();
            }

            @Override
            public void awaitReady() {
                etcd.awaitReady();
            }

            @Override
            public void stop() {
                etcd.freeze();
            }

            @Override
            public void resume() {
                etcd.thaw();
            }
        };
    }

    static Actor of(Cluster.Member member) {
        return new Actor() {
            @Override
            public void kill() throws InterruptedException {
                member.process().kill();
            }

            @Override
            public void launch() throws IOException {
                member.launch();
            }

            @Override
            public void awaitReady() throws IOException, InterruptedException {
                member.awaitReady();
            }

            @Override
            public void stop() throws IOException, InterruptedException {
                member.process().signal("STOP");
            }

            @Override
            public void resume() throws IOException, InterruptedException {
                member.process().signal("CONT");
            }
        };
    }
}
