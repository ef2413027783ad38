# host.sh FOLDER NAME ADDRESS: process 1 of a host that a test plays, in namespaces of its own: its mounts, then libvirtd.
set -e
folder=$1
hostname "$2"
mount --make-rprivate /
for place in run lib cache log; do
    case $place in run) at=/run ;; *) at=/var/$place ;; esac
    mkdir -p "$folder/$place" "$at/libvirt"
    mount --bind "$folder/$place" "$at/libvirt"
done
if [ ! -e "$folder/etc" ]; then
    cp -a /etc/libvirt "$folder/etc"
    rm -rf "$folder/etc/qemu/networks/autostart" "$folder/etc/qemu/autostart"
    cat >"$folder/etc/libvirtd.conf" <<C
listen_tls = 0
listen_tcp = 1
listen_addr = "$3"
auth_tcp = "none"
auth_unix_rw = "none"
auth_unix_ro = "none"
unix_sock_group = "root"
host_uuid = "$(cat /proc/sys/kernel/random/uuid)"
C
    cat >"$folder/etc/qemu.conf" <<C
user = "root"
group = "root"
security_driver = "none"
cgroup_controllers = [ ]
namespaces = [ ]
stdio_handler = "file"
remember_owner = 0
C
fi
[ ! -e "$folder/secrets" ] || cp -r "$folder/secrets" "$folder/etc/"
chmod -R go-rwx "$folder/etc/secrets" 2>/dev/null || true
mount --bind "$folder/etc" /etc/libvirt
# Names are looked up in this file alone: a name server that nobody reaches would cost 8 s at each start of a machine.
mount --bind "$folder/hosts" /etc/hosts
mount --bind /dev/null /etc/resolv.conf
mkdir -p /run/lock
mount -t tmpfs tmpfs /run/lock
# A /dev of its own without kvm: libvirt would ask QEMU again at every call.
mkdir -p "$folder/dev"
mount -t tmpfs -o mode=755 dev "$folder/dev"
cd "$folder/dev"
mkdir net pts shm hugepages
mknod -m 666 null c 1 3
mknod -m 666 zero c 1 5
mknod -m 666 full c 1 7
mknod -m 666 random c 1 8
mknod -m 666 urandom c 1 9
mknod -m 666 tty c 5 0
mknod -m 666 net/tun c 10 200
mount -t devpts -o newinstance,ptmxmode=0666 devpts pts
ln -s pts/ptmx ptmx
mount -t tmpfs shm shm
ln -s /proc/self/fd fd
cd /
mount --move "$folder/dev" /dev
# The definitions that it had before a crash are there again, what ran then is not.
rm -rf "$folder"/run/*
/usr/sbin/libvirtd --listen -f /etc/libvirt/libvirtd.conf -p /run/libvirt/libvirtd.pid &
# A shell is process 1, since libvirtd would not reap what QEMU leaves.
set +e
while :; do
    sleep infinity &
    wait
done
