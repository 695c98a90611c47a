"""The proof of the network: who can reach whom by the emitted policies, and who should.

Nothing here knows how policies are generated: what is judged are the objects as they are written.
"""
