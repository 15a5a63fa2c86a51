/** The manifest: what an image is and needs, for people, for the launcher and for checks. */
package crjvm.image.manifest;
