<xsl:stylesheet version="3.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:xs="http://www.w3.org/2001/XMLSchema" exclude-result-prefixes="xs">
  <xsl:param name="heading" select="'Books'"/>
  <xsl:output method="html" indent="yes"/>
  <xsl:template match="/">
    <html><h1><xsl:value-of select="$heading"/></h1><ul><xsl:apply-templates select="//book"/></ul></html>
  </xsl:template>
  <xsl:template match="book"><li><xsl:value-of select="title, xs:decimal(price)" separator=": "/></li></xsl:template>
</xsl:stylesheet>
