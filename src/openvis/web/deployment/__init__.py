"""From picture to who goes where: focus places and the briefing."""
