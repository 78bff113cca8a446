"""How long things are kept and how they end: terms, holds, certificates; a person's own data gathered, corrected, erased."""
