using System.Management.Automation.Language;
using System.Runtime.CompilerServices;
using Xunit;

namespace Gateway.Windows.Tests;

/// <summary>The scripts beside this project are PowerShell, and of the language that Windows PowerShell 5.1 has: nothing of what came later. These run everywhere.</summary>
public class ScriptsTests
{
    [Theory]
    [InlineData("run.ps1")]
    [InlineData("provide-drives.ps1")]
    public void A_script_can_be_read_by_Windows_PowerShell(string name)
    {
        var script = Parser.ParseFile(Path.Combine(Path.GetDirectoryName(Here())!, "..", name), out _, out var errors);
        Assert.Empty(errors);
        Assert.Empty(script.FindAll(part => part is TernaryExpressionAst or PipelineChainAst, searchNestedScriptBlocks: true)); // "What's New in PowerShell 7.0"
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
