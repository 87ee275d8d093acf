"""The derivatives and differentials of the Matrix Cookbook (Petersen and Pedersen, 2012) as a truth set."""
