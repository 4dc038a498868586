"""Problems and plans that many tests share."""
