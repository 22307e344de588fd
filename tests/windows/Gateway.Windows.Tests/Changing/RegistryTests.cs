using System.Runtime.Versioning;
using Gateway.Provisioning.Machines.Abilities;
using Xunit;

namespace Gateway.Windows.Tests.Changing;

/// <summary>Registry values of every type, as reg.exe shows them. Makes a key below SOFTWARE and removes it.</summary>
[Trait("Category", "RealWindows")]
[SupportedOSPlatform("windows")]
public sealed class RegistryTests : IAsyncDisposable
{
    private readonly string vendor = ThisMachine.NewName();

    private string Key => $@"SOFTWARE\{vendor}\Gateway";

    public async ValueTask DisposeAsync()
    {
        if (Permission.WhyNot(changes: true) is null)
            await WindowsTool.RunAsync("reg", CancellationToken.None, "delete", $@"HKLM\SOFTWARE\{vendor}", "/f", "/reg:64");
    }

    [Fact]
    public async Task A_text_is_written_where_reg_finds_it_and_leaves_no_empty_keys_behind()
    {
        Permission.Change();
        var cancel = TestContext.Current.CancellationToken;
        await using var machine = ThisMachine.Open();
        machine.Registry.Write(new RegistryValue(Key, "Station", "4 West %PATH% \"x\""));
        Assert.Matches("""Station\s+REG_SZ\s+4 West %PATH% "x"\s""", await QueryAsync("Station", cancel) + "\n");
        Assert.NotEqual(0, (await WindowsTool.RunAsync("reg", cancel, "query", $@"HKLM\{Key}", "/reg:32")).ExitCode);

        // Text beyond the console's code page, by the bytes that PowerShell reads.
        machine.Registry.Write(new RegistryValue(Key, "Ward", "Röntgen 放射線"));
        var ward = await WindowsTool.AskForOneAsync($"[pscustomobject]@{{ Text = (Get-ItemProperty 'HKLM:\\{Key}').Ward }}", cancel);
        Assert.Equal("Röntgen 放射線", (string)ward["Text"]!);
        Assert.Equal("Röntgen 放射線", machine.Registry.Read(Key, "Ward")!.Text);

        machine.Registry.Remove(Key, "Station");
        Assert.NotNull(machine.Registry.Read(Key, "Ward"));
        machine.Registry.Remove(Key, "Ward");
        Assert.NotEqual(0, (await WindowsTool.RunAsync("reg", cancel, "query", $@"HKLM\SOFTWARE\{vendor}", "/reg:64")).ExitCode);
        machine.Registry.Remove(Key, "Ward"); // of one that is not there
    }

    [Theory]
    [InlineData("REG_DWORD", "7", 4, "07000000")]
    [InlineData("REG_QWORD", "1099511627776", 11, "0000000000010000")]
    [InlineData("REG_BINARY", "00ff10", 3, "00ff10")]
    [InlineData("REG_BINARY", "", 3, "")]
    [InlineData("REG_EXPAND_SZ", "%windir%", 2, "2500770069006e0064006900720025000000")]
    [InlineData("REG_MULTI_SZ", @"a\0b", 7, "6100000062000000" + "0000")]
    public async Task What_somebody_set_is_read_byte_by_byte_and_can_be_put_back(string type, string data, int number, string bytes)
    {
        Permission.Change();
        var cancel = TestContext.Current.CancellationToken;
        await using var machine = ThisMachine.Open();
        await WindowsTool.MustAsync("reg", cancel, "add", $@"HKLM\{Key}", "/v", "Beds", "/t", type, "/d", data, "/f", "/reg:64");
        var shown = await QueryAsync("Beds", cancel);
        var found = machine.Registry.Read(Key, "Beds");
        Assert.Equal(new RegistryValue(Key, "Beds", bytes, number), found);
        Assert.Equal(type, found!.TypeName);

        machine.Registry.Write(new RegistryValue(Key, "Beds", "12"));
        Assert.Matches(@"Beds\s+REG_SZ\s+12\s", await QueryAsync("Beds", cancel) + "\n");
        machine.Registry.Write(found);
        Assert.Equal(shown, await QueryAsync("Beds", cancel));
    }

    [Fact]
    public async Task A_value_that_is_larger_than_the_first_guess_is_read_whole()
    {
        Permission.Change();
        var cancel = TestContext.Current.CancellationToken;
        await using var machine = ThisMachine.Open();
        await WindowsTool.AskAsync(
            $"$null = New-Item -Force 'HKLM:\\{Key}'; $null = New-ItemProperty 'HKLM:\\{Key}' -Name Long -PropertyType Binary -Value ([byte[]](1..5000 | ForEach-Object {{ $_ % 251 }}))", cancel);
        Assert.Equal(Convert.ToHexStringLower([.. Enumerable.Range(1, 5000).Select(i => (byte)(i % 251))]), machine.Registry.Read(Key, "Long")!.Text);
    }

    private Task<string> QueryAsync(string value, CancellationToken cancel) => WindowsTool.MustAsync("reg", cancel, "query", $@"HKLM\{Key}", "/v", value, "/reg:64");
}
