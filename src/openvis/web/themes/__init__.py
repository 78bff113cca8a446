"""The themed approach: figures by phenomenon, branch and area, and places out of sight (vrijplaatsen)."""
