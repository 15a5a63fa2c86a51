/** Who made an image: a detached Ed25519 signature over its manifest. */
package crjvm.image.signature;
