"""Files that units upload: what they really are, kept once by content, attached to dossiers, given out as downloads."""
