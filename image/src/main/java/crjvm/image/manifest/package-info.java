/**
 * The manifest, which says what an image is and needs, for users, for the launcher and for checks.
 */
package crjvm.image.manifest;
