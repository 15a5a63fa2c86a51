<xsl:stylesheet version="3.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:template match="/"><xsl:value-of select="1 div 0, xs:date(1)"/></xsl:template></xsl:stylesheet>
