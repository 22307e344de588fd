using System.IO.Compression;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gateway.Installer.Building;
using Gateway.Installer.Interface;
using Xunit;

namespace Gateway.Installer.Tests;

/// <summary>The MSI is what it should be, and the same wherever and whenever it is built.</summary>
public class PackageTests
{
    /// <summary>What wixl or a careless hand could make of it, and what is said then.</summary>
    public static TheoryData<string, string> Wrong => new()
    {
        { "UPDATE Component SET Attributes = 0 WHERE Component = 'File0001'", "component File0001 is not a 64-bit one" },
        { "UPDATE InstallExecuteSequence SET Sequence = 1401 WHERE Action = 'RemoveExistingProducts'", "place of RemoveExistingProducts: expected 6602, found 1401" },
        { "UPDATE CustomAction SET Type = 2130 WHERE Action = 'Undo'", "type of Undo: expected 3329, found 2130" },
        { "UPDATE InstallExecuteSequence SET Sequence = 5901 WHERE Action = 'Undo'", "place of Undo: expected 5890, found 5901" },
        { "DELETE FROM LaunchCondition WHERE Condition = 'Privileged'", "launch condition 'Privileged'" },
        { "DELETE FROM MsiLockPermissionsEx WHERE LockObject = 'VersionFolder'", "rights of VersionFolder" },
        { "UPDATE Property SET Value = 'C:\\' WHERE Property = 'TARGETDIR'", @"TARGETDIR: expected D:\, found C:\" },
        { "UPDATE Property SET Value = 'MANIFEST' WHERE Property = 'SecureCustomProperties'", "SecureCustomProperties" },
        { "UPDATE Words SET German = 'Weiter' WHERE Name = 'ButtonNext'", "table Words: expected" },
        { "DELETE FROM Control WHERE Dialog_ = 'ProgressDialog' AND Control = 'Cancel'", "table Control: expected" },
        { "DELETE FROM ControlEvent WHERE Dialog_ = 'FailedDialog' AND Control_ = 'Report'", "table ControlEvent: expected" },
        { "UPDATE InstallUISequence SET Sequence = -2 WHERE Action = 'FailedDialog'", "place of FailedDialog: expected -3" },
        { "DELETE FROM InstallUISequence WHERE Action = 'Words'", "place of Words before the first dialog: expected 10" },
        { "DELETE FROM Upgrade WHERE ActionProperty = 'OTHERBUILD'", "this version in another build: expected" },
        { "INSERT INTO Property (Property, Value) VALUES ('MsiHiddenProperties', 'MANIFEST')", "hidden properties: expected nothing" },
    };

    [Fact]
    public async Task Two_builds_of_the_same_content_are_the_same_bytes()
    {
        using var one = new SmallProduct();
        await Task.Delay(TimeSpan.FromSeconds(2.1), TestContext.Current.CancellationToken); // the times of a cabinet count in two seconds
        using var other = new SmallProduct();
        Assert.Equal(await one.BuildAsync(), await other.BuildAsync());
        Assert.Equal(await File.ReadAllBytesAsync(one.Msi, TestContext.Current.CancellationToken), await File.ReadAllBytesAsync(other.Msi, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Another_content_is_another_product_of_the_same_family()
    {
        using var one = new SmallProduct();
        using var other = new SmallProduct("another program");
        var (first, second) = (await one.BuildAsync(), await other.BuildAsync());
        Assert.NotEqual(first.Product, second.Product);
        Assert.NotEqual(first.Package, second.Package);
        await one.CheckAsync(first);
        await other.CheckAsync(second);
        var wrong = await Assert.ThrowsAsync<BuildFailure>(() => one.CheckAsync(second));
        Assert.Contains("ProductCode: expected", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task What_is_not_as_it_should_be_is_found_when_it_is_read_back(string statement, string found)
    {
        using var product = new SmallProduct();
        var codes = await product.BuildAsync();
        await product.CheckAsync(codes);
        await Tool.RunAsync("msibuild", [product.Msi, "-q", statement], product.Folder, TestContext.Current.CancellationToken);
        var failure = await Assert.ThrowsAsync<BuildFailure>(() => product.CheckAsync(codes));
        Assert.Contains(found, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_portable_archive_is_the_same_bytes_and_holds_every_file()
    {
        using var product = new SmallProduct();
        var cancel = TestContext.Current.CancellationToken;
        var (one, other) = (Path.Combine(product.Folder, "one.zip"), Path.Combine(product.Folder, "other.zip"));
        foreach (var archive in new[] { one, other })
            await PortableArchive.WriteAsync(product.Folder, product.Files, SmallProduct.Version, archive, cancel);
        Assert.Equal(await File.ReadAllBytesAsync(one, cancel), await File.ReadAllBytesAsync(other, cancel));
        await using var read = await ZipFile.OpenReadAsync(one, cancel);
        Assert.Equal(product.Files.Select(file => $"gateway-{SmallProduct.Version}/{file.Name}"), read.Entries.Select(entry => entry.FullName));
    }

    [Fact]
    public void The_bill_of_materials_names_every_package_that_the_lock_files_resolved_and_the_runtime()
    {
        using var product = new SmallProduct();
        var bill = JsonNode.Parse(BillOfMaterials.Of(SmallProduct.Root, product.Folder, SmallProduct.Version))!;
        var components = bill["components"]!.AsArray().Select(component => (string)component!["purl"]!).ToList();
        Assert.Equal("CycloneDX", (string?)bill["bomFormat"]);
        Assert.Contains("pkg:nuget/Microsoft.NETCore.App.Runtime.win-x64@10.0.12", components);
        foreach (var name in new[] { "MailKit", "System.Management.Automation", "Microsoft.Data.Sqlite", "Serilog.AspNetCore" })
            Assert.Single(components, purl => purl.StartsWith($"pkg:nuget/{name}@", StringComparison.Ordinal));
        Assert.DoesNotContain(components, purl => purl.Contains("Gateway.", StringComparison.Ordinal));
    }

    [Fact]
    public void A_program_folder_that_lacks_a_program_is_refused()
    {
        using var product = new SmallProduct();
        File.Delete(Path.Combine(product.Folder, "gwctl.exe"));
        Assert.StartsWith("error GW8004", Assert.Throws<BuildFailure>(() => ProductFolder.Read(product.Folder)).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_text_of_the_dialogs_is_there_in_both_languages_and_every_word_is_used()
    {
        var used = Dialogs.All.SelectMany(dialog => dialog.Controls).SelectMany(control => Regex.Matches(control.Text, @"\[(\w+)\]").Select(match => match.Groups[1].Value))
            .Concat(["DriveMissing", "DriveNotFixed", "DriveFull"]).Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(used, Words.All.Select(word => word.Name).Order(StringComparer.Ordinal));
        Assert.All(Words.All, word => Assert.True(word.German.Length > 0 && word.English.Length > 0 && word.German.Length < 1024 && word.English.Length < 1024, word.Name)); // the bridge's room
    }

    [Fact]
    public void In_every_dialog_the_keyboard_reaches_a_default_and_a_way_out_and_no_letter_twice() => Assert.All(Dialogs.All, dialog =>
    {
        if (dialog.Name != "ErrorDialog")
            Assert.All([dialog.Default, dialog.Cancel], name => Assert.Contains(dialog.Controls, control => control.Name == name && control.IsReached));
        foreach (var language in (Func<Word, string>[])[word => word.German, word => word.English])
        {
            var letters = dialog.Controls.Where(_ => dialog.Name != "ErrorDialog").Select(control => Words.All.FirstOrDefault(word => control.Text == $"[{word.Name}]")).OfType<Word>()
                .Select(language).Where(text => text.Contains('&', StringComparison.Ordinal)).Select(text => char.ToUpperInvariant(text[text.IndexOf('&', StringComparison.Ordinal) + 1])).ToList();
            Assert.Equal(letters.Distinct(), letters);
        }
    });
}
