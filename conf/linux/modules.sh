# SPDX-License-Identifier: MIT
# The drivers that Debian's kernel has as modules and a platform with virtio devices needs: an initrd of its own, which
# the kernel unpacks after the first one. Sourced by `prepare`.

# In the order in which they can be loaded: each after those that it needs.
virtio_modules=(virtio virtio_ring virtio_mmio virtio_pci_modern_dev virtio_pci_legacy_dev virtio_pci
    virtio_blk failover net_failover virtio_net virtio_console virtio-rng)

# make_modules DIR: DIR/unpacked has the kernel's package; makes DIR/modules.
make_modules()
{
    local root=$1/modules-root number=10 name file
    mkdir -p "$root/modules"
    for name in "${virtio_modules[@]}"; do
        file=$(find "$1/unpacked" -path '*/lib/modules/*' -name "$name.ko")
        [ -n "$file" ] || die "the kernel's package has no module $name"
        cp "$file" "$root/modules/$number-$name.ko"
        number=$((number + 1))
    done
    (cd "$root" && find . | LC_ALL=C sort | cpio --quiet -o -H newc --owner=0:0) | gzip -n >"$1/modules"
}
