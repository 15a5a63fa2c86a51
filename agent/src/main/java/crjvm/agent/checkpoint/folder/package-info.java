/**
 * The folders of images: the final folder, the folders of a series, and the folder of an image that
 * is being made.
 */
package crjvm.agent.checkpoint.folder;
