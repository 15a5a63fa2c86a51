<xsl:stylesheet version="2.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:param name="suffix" select="'!'"/>
  <xsl:output method="text"/>
  <xsl:template match="/"><xsl:value-of select="string-join(//title, '&#10;'), $suffix"/></xsl:template>
  <xsl:template name="main">no source<xsl:value-of select="1 to 3"/></xsl:template>
</xsl:stylesheet>
