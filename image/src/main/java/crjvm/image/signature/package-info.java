/** Detached Ed25519 signatures of manifests, which prove who made an image. */
package crjvm.image.signature;
