import setuptools

setuptools.setup(name="helper", version="1.0", packages=["helper"])
