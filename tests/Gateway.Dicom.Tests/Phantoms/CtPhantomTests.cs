using Gateway.Dicom.DataSets;
using Gateway.Dicom.Phantoms;
using Gateway.Dicom.Registry;
using Gateway.Dicom.Tests.Peers;
using Xunit;

namespace Gateway.Dicom.Tests.Phantoms;

public sealed class CtPhantomTests
{
    [Fact]
    public void The_same_seed_makes_the_same_bytes() => Assert.Equal(new CtPhantom(7).ToFile(), new CtPhantom(7).ToFile());

    [Fact]
    public void Another_seed_makes_another_instance_and_other_pixels()
    {
        var (one, other) = (new CtPhantom(1), new CtPhantom(2));

        Assert.NotEqual(one.SopInstanceUid, other.SopInstanceUid);
        Assert.NotEqual(one.StudyInstanceUid, other.StudyInstanceUid);
        Assert.NotEqual(one.ToDataSet()[^1000..], other.ToDataSet()[^1000..]);
    }

    [Fact]
    public void Its_uids_obey_the_standard() =>
        Assert.All(Enumerable.Range(0, 50), seed => Assert.True(new CtPhantom(seed).SopInstanceUid.IsConformant));

    [Fact]
    public void Our_own_reader_finds_it_well_formed()
    {
        var phantom = new CtPhantom(3);

        var summary = DataSetReader.Read(
            new MemoryStream(phantom.ToDataSet()), TransferSyntax.ExplicitVrLittleEndian, DataSetLimits.Default, CancellationToken.None);

        Assert.Null(summary.Problem);
        Assert.Equal(phantom.SopInstanceUid, summary.SopInstanceUid);
        Assert.Equal(phantom.SeriesInstanceUid, summary.SeriesInstanceUid);
    }

    [Fact]
    public async Task The_validators_of_dcmtk_and_dicom3tools_find_no_error()
    {
        Assert.SkipUnless(Dcmtk.IsInstalled("dcmdump", "dciodvfy"), "dcmdump (dcmtk) and dciodvfy (dicom3tools) are not installed");
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(path, new CtPhantom(1).ToFile(), TestContext.Current.CancellationToken);

            var dump = await Dcmtk.RunAsync("dcmdump", [path], TestContext.Current.CancellationToken);
            var verdict = await Dcmtk.RunAsync("dciodvfy", [path], TestContext.Current.CancellationToken);

            Assert.Equal(0, dump.ExitCode);
            Assert.DoesNotContain("W: ", dump.Output);
            Assert.Contains("CTImage", verdict.Output);
            Assert.DoesNotContain("Error", verdict.Output);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
