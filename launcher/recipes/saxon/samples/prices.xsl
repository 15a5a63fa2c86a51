<xsl:stylesheet version="2.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:output method="text"/>
  <xsl:param name="currency" select="'EUR'"/>
  <xsl:template match="/">
    <xsl:value-of select="string-join(for $price in //price return concat($price, ' ', $currency), ', ')"/>
  </xsl:template>
</xsl:stylesheet>
